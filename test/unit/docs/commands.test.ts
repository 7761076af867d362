/** docs/commands.md is made from the command table, and of its newest state. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { commandsMarkdown } from "../../../scripts/lib/commands-markdown.ts";
import { commands } from "../../../src/cli/command-table.ts";

const text = await Bun.file(join(import.meta.dir, "../../../docs/commands.md")).text();

test("docs/commands.md is up to date (else: bun scripts/lib/commands-markdown.ts >docs/commands.md)", () => {
  expect(text === commandsMarkdown()).toBe(true);
});

test("each command has a section, with every option and its effect", () => {
  for (const { words, options } of commands) {
    const section = text.split(`\n## kt ${words}\n`)[1]?.split("\n## ")[0] ?? "";
    const common = text.split("\n## Options of all that talk to Kafka\n")[1] ?? "";
    for (const { flags, summary } of Object.values(options)) {
      const row = (section + common).split("\n").find((line) => line.startsWith(`| \`${flags.replaceAll("|", "\\|")}\` |`));
      expect({ flags, row }).toEqual({ flags, row: expect.stringContaining(summary.split(/[|<]/)[0] as string) });
    }
  }
});
