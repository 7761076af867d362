import { expect, test } from "bun:test";
import { commands } from "../../src/cli/command-table.ts";
import { manualPage } from "../../src/cli/man.ts";

/** As a reader sees it: escapes taken back. */
const page = manualPage(commands).replaceAll("\\-", "-").replaceAll("\\(dq", '"').replaceAll("\\&", "").replaceAll("\\e", "\\");

test("the manual has every command with its options and examples", () => {
  for (const { words, summary, options, examples } of commands) {
    expect(page).toContain(`.SS "kt ${words}`);
    expect(page).toContain(`\n${summary}.\n`);
    for (const { flags } of Object.values(options)) expect(page).toContain(`\n.B ${flags}\n`);
    for (const example of examples) expect(page).toContain(example);
  }
});

test("no line begins as a macro that is none, and all is ASCII", () => {
  const macros = manualPage(commands)
    .split("\n")
    .filter((line) => /^[.']/.test(line))
    .map((line) => line.split(" ")[0]);
  expect([...new Set(macros)].sort()).toEqual([".B", ".PP", ".SH", ".SS", ".TH", ".TP", ".br"]);
  expect(manualPage(commands)).toMatch(/^[\x20-\x7e\n]*$/);
});
