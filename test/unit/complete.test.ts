import { expect, test } from "bun:test";
import { commands } from "../../src/cli/command-table.ts";
import { candidatesFor } from "../../src/cli/complete.ts";

/** The words that are offered, or where they come from. */
function offered(line: string): string[] | string {
  const candidates = candidatesFor(line.split(" "), commands);
  return candidates.from === "words" ? candidates.words.map(([word]) => word) : candidates.from;
}

test("commands, then the second word of those that have two", () => {
  expect(offered("")).toEqual([...new Set(commands.map(({ words }) => words.split(" ")[0] as string)), "help"]);
  expect(offered("topic ")).toEqual(["create", "list", "describe", "alter", "empty", "delete"]);
  expect(offered("help group ")).toContain("seek");
});

test("options by their long names, and nothing of another command", () => {
  expect(offered("consume scores --")).toContain("--grep");
  expect(offered("topic list -")).toContain("--internal");
  expect(offered("topic list -")).not.toContain("--grep");
});

test.each([
  ["consume ", "topics"],
  ["consume a ", "topics"],
  ["consume a --key k ", "topics"],
  ["produce ", "topics"],
  ["topic describe -b x:1 ", "topics"],
  ["emit-video --topic ", "topics"],
  ["consume a -g ", "groups"],
  ["consume a --group ", "groups"],
  ["group seek ", "groups"],
  ["emit-video ", "files"],
  ["topic list -F ", "files"],
  ["consume a --record ", "files"],
  ["consume a --isolation ", ["committed", "uncommitted"]],
  ["produce a -z ", ["none", "gzip", "snappy", "lz4", "zstd"]],
  ["topic create ", []],
  ["consume a --key ", []],
  ["completion ", ["bash", "zsh", "fish"]],
] as const)("after '%s' come %j", (line, candidates) => {
  expect(offered(line)).toEqual(candidates as never);
});
