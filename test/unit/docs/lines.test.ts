/** Every kt line of README.md and docs: kt takes it, or the document is wrong. Nothing of it runs. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../../src/cli/command-table.ts";
import { ktLines, refused, shellCommands } from "./command-lines.ts";

const root = join(import.meta.dir, "../../..");
const files = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

const blocks = (text: string) => [...text.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```/gm)].map(([, block]) => block as string);
/** What stands between backticks outside of blocks; in a table a stroke is written as \|. */
const spans = (text: string) =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, span]) => (span as string).replaceAll("\\|", "|"));

/** A value for what stands for one: N, P and MS are numbers, and all others names. */
const values: Record<string, string> = { N: "1", "-N": "-1", P: "1", "@MS": "@1769860800000", URL: "https://site.example/" };
const filled = (words: string[]) => words.map((word) => values[word] ?? word);
/** A sentence may name a command with an option and leave out what else it takes. */
const isMention = (refusal: string) => / takes .*, and was given none\.$| needs a value\.$/.test(refusal);
/** Parts of it are left out. */
const isSketch = (words: string[]) => words.some((word) => /…|^\[/.test(word)) || words.length === 0;

describe("how a shell reads a line", () => {
  test.each<[text: string, commands: string[][]]>([
    ["kt produce a 'x y' # more", [["kt", "produce", "a", "x y"]]],
    [
      "kt consume a --json | jq .key >out; kt topic list",
      [
        ["kt", "consume", "a", "--json"],
        ["jq", ".key"],
        ["kt", "topic", "list"],
      ],
    ],
    [
      'eval "$(kt completion bash)"',
      [
        ["kt", "completion", "bash"],
        ["eval", "$(kt completion bash)"],
      ],
    ],
    ["A=1 kt serve \\\n  --port 1 2>&1", [["A=1", "kt", "serve", "--port", "1"]]],
    ["cat >a <<'END'\nkt none\nEND\nkt man", [["cat"], ["kt", "man"]]],
  ])("%s", (text, found) => expect(shellCommands(text)).toEqual(found));
});

test("kt refuses a line with an option that there is not, and one with too little", () => {
  expect(
    refused([
      ["serve", "--prot", "1"],
      ["topic", "create"],
      ["topic", "list"],
    ]),
  ).toHaveLength(2);
});

describe.each(files)("%s", (file) => {
  const text = textOf(file);

  test("each kt line of a block of shell is one that kt takes", () => {
    const lines = blocks(text).flatMap((block) => ktLines(shellCommands(block)));
    expect(refused(lines)).toEqual([]);
  });

  test("each kt line within a sentence or a table has only options that there are, with values that they take", () => {
    const lines = spans(text)
      .filter((span) => /^(?:[A-Z_]+=\S+ )?kt /.test(span))
      .flatMap((span) => ktLines(shellCommands(span)));
    const whole = lines.map(filled).filter((words) => !isSketch(words) && words[0] !== "help");
    expect(refused(whole).filter((refusal) => !isMention(refusal))).toEqual([]);
  });

  test("each option that it names in a table beside a command is that command's", () => {
    for (const row of text.split("\n").filter((line) => line.startsWith("| `kt "))) {
      const cells = row.replaceAll("\\|", "/").split("|").slice(1, -1);
      const named = spans(cells[0] as string)[0]?.replace(/^kt /, "") ?? "";
      const spec = commands.find(({ words }) => named === words || named.startsWith(`${words} `));
      expect({ row, known: spec !== undefined || file === "docs/compare.md" }).toEqual({ row, known: true });
      const group = spec?.words.includes(" ") ? commands.filter(({ words }) => words.split(" ")[0] === spec.words.split(" ")[0]) : [spec];
      const flags = new Set(group.flatMap((one) => Object.values(one?.options ?? {}).flatMap(({ flags }) => flags.replace(/ [<[].*$/, "").split(", "))));
      for (const span of cells.slice(1).flatMap(spans))
        for (const [flag] of span.matchAll(/(?<=^| )--[a-z][a-z-]*/g)) expect({ row, flag, is: flags.has(flag) }).toEqual({ row, flag, is: true });
    }
  });
});
