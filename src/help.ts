/** What --help prints, from the command table. */
import type { CommandSpec } from "./command-table.ts";

export function commandHelp(spec: CommandSpec): string {
  const rows = Object.values(spec.options).map((option) => {
    const details = [option.defaultText && `default: ${option.defaultText}`, option.env && `environment: ${option.env}`].filter(Boolean).join("; ");
    const flags = option.flags.startsWith("--") ? `    ${option.flags}` : option.flags;
    return [flags, option.summary + (details ? ` (${details})` : "")] as const;
  });
  const usage = ["kt", spec.words, spec.args, "[options]"].filter(Boolean).join(" ");
  return `${spec.summary}.\n\nUsage:\n  ${usage}\n\nOptions:\n${columns(rows)}\n\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}\n`;
}

export function overview(specs: CommandSpec[], usage: string): string {
  const rows = specs.map((spec) => [`${spec.words} ${spec.args}`.trim(), spec.summary] as const);
  return `kt puts live video and live data on Kafka, and shows it.\n\nUsage:\n  ${usage}\n\nCommands:\n${columns(rows)}\n\nkt help <command> shows the options of a command; kt --version the versions.\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
