/** What documents link to within the repository is there, down to the heading. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(import.meta.dir, "../../..");
const isDocument = (name: string) => name.endsWith(".md");
const files = [
  ...readdirSync(root).filter(isDocument),
  ...readdirSync(join(root, "docs"))
    .filter(isDocument)
    .map((name) => `docs/${name}`),
];
const textOf = (file: string) => readFileSync(join(root, file), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");

/** As forges name a heading's place. */
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const slugs = (file: string) => [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading as string));

const links = files.flatMap((file) =>
  [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => (/^\w+:/.test(target as string) ? [] : [{ file, target: target as string }])),
);

test("every link leads somewhere", () => {
  expect(links.length).toBeGreaterThan(50);
  const lost = links.filter(({ file, target }) => {
    const [path, heading] = target.split("#") as [string, string | undefined];
    const to = path === "" ? file : normalize(join(dirname(file), path));
    return !existsSync(join(root, to)) || (heading !== undefined && !slugs(to).includes(heading));
  });
  expect(lost).toEqual([]);
});

test("docs/README.md names every document", () => {
  const index = textOf("docs/README.md");
  expect(files.filter((file) => file.startsWith("docs/") && file !== "docs/README.md" && !index.includes(`(${file.slice(5)})`))).toEqual([]);
});
