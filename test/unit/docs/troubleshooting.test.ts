/** docs/troubleshooting.md quotes kt: each sentence is still one that kt says. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "../../..");

/** With … in the place of what is filled in, the innermost first. */
function filledIn(source: string): string {
  for (let text = source; ; ) {
    const next = text.replace(/\$\{(?:[^{}`"']|"[^"\n]*"|'[^'\n]*'|`[^`]*`)*\}/g, "…");
    if (next === text) return text;
    text = next;
  }
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => filledIn(readFileSync(join(root, "src", file), "utf8")));

const text = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const quoted = [...text.matchAll(/^\| `([A-Z…'][^`]*)` \|/gm)].map(([, sentence]) => sentence as string);

test("it quotes sentences", () => {
  expect(quoted.length).toBeGreaterThan(25);
  expect(sources.some((source) => source.includes("There is no consumer group '…'."))).toBe(true);
});

test.each(quoted)("%s", (sentence) => {
  const found = sources.some((source) => source.includes(sentence));
  expect({ sentence, found }).toEqual({ sentence, found: true });
});
