/**
 * docs/commands.md, from the command table.
 *
 * usage: commands-markdown.ts >docs/commands.md
 */
import { commands } from "../../src/cli/command-table.ts";
import { optionText } from "../../src/cli/help.ts";
import { connectionOptions } from "../../src/options/options.ts";

const common = new Set(Object.values(connectionOptions).map(({ flags }) => flags));

/** A table's cell: a stroke would end it. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;

function table(options: { flags: string; text: string }[]): string {
  return ["| option | |", "|---|---|", ...options.map(({ flags, text }) => `| ${code(flags)} | ${cell(text)} |`)].join("\n");
}

const described = (options: (typeof commands)[number]["options"]) =>
  Object.values(options).map((option) => ({ flags: option.flags, text: optionText(option) }));

export function commandsMarkdown(): string {
  const sections = commands.map(({ words, args, summary, options, examples, remark }) => {
    const own = described(options).filter(({ flags }) => !common.has(flags));
    const usage = ["kt", words, args, Object.keys(options).length > 0 && "[options]"].filter(Boolean).join(" ");
    const known = "brokers" in options && "And the [options of all that talk to Kafka](#options-of-all-that-talk-to-kafka).";
    return [`## kt ${words}`, `${summary}: ${code(usage)}`, own.length > 0 && table(own), known, remark, `\`\`\`sh\n${examples.join("\n")}\n\`\`\``]
      .filter(Boolean)
      .join("\n\n");
  });
  return [
    "# Each command, with all its options",
    "Made from kt's own table by `scripts/lib/commands-markdown.ts`: what `kt help COMMAND` and `kt man` show. Where an option has an environment variable, the option wins.",
    ...sections,
    "## Options of all that talk to Kafka",
    table(described(connectionOptions)),
  ]
    .join("\n\n")
    .concat("\n");
}

if (import.meta.main) process.stdout.write(commandsMarkdown());
