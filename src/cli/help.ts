/** What --help prints, from the command table. */

import type { OptionSpec } from "../options/kinds.ts";
import type { CommandSpec } from "./command-spec.ts";

/** An option's effect, with its default and its environment name. */
export function optionText(option: OptionSpec<unknown>): string {
  const details = [option.defaultText && `default: ${option.defaultText}`, option.env && `environment: ${option.env}`].filter(Boolean).join("; ");
  return option.summary + (details ? ` (${details})` : "");
}

export function commandHelp(spec: CommandSpec): string {
  const rows = Object.values(spec.options).map((option) => {
    const flags = option.flags.startsWith("--") ? `    ${option.flags}` : option.flags;
    return [flags, optionText(option)] as const;
  });
  const options = rows.length > 0 ? `Options:\n${columns(rows)}\n\n` : "";
  const usage = ["kt", spec.words, spec.args, rows.length > 0 && "[options]"].filter(Boolean).join(" ");
  const remark = spec.remark && `${spec.remark}\n\n`;
  return `${spec.summary}.\n\nUsage:\n  ${usage}\n\n${options}${remark}Examples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}\n`;
}

export function overview(specs: CommandSpec[], usage: string): string {
  const rows = specs.map((spec) => [`${spec.words} ${spec.args}`.trim(), spec.summary] as const);
  return `kt puts live video and live data on Kafka, and shows it.\n\nUsage:\n  ${usage}\n\nCommands:\n${columns(rows)}\n\nkt help <command> shows the options of a command; kt --version the versions.\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
