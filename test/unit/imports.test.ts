/** The direction of imports that the design fixes, read from the sources themselves. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

interface Import {
  /** A path below src/, or a package's name. */
  target: string;
  relative: boolean;
  /** Erased when it runs: `import type`. */
  typeOnly: boolean;
  /** Only loaded when that line is reached. */
  lazy: boolean;
}

const root = join(import.meta.dir, "../../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.[a-z0-9]+$/.test(file));
const sources = new Map(files.filter((file) => /\.tsx?$/.test(file)).map((file) => [file, readFileSync(join(root, file), "utf8")]));

const forms = [
  /^\s*(?:import|export)\b(?<type> type\b)?[^"';]*?\bfrom\s*"(?<target>[^"]+)"/gm,
  /^\s*import\s*"(?<target>[^"]+)"/gm,
  /\b(?<lazy>import)\(\s*"(?<target>[^"]+)"/g,
  /\brequire\(\s*"(?<target>[^"]+)"/g,
];

function importsOf(file: string, source: string): Import[] {
  return forms
    .flatMap((form) => [...source.matchAll(form)])
    .map(({ groups: { target = "", type, lazy } = {} }) => {
      const relative = target.startsWith(".");
      return { target: relative ? normalize(join(dirname(file), target)) : target, relative, typeOnly: type !== undefined, lazy: lazy !== undefined };
    });
}

const imports = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]));
const edges = [...imports].flatMap(([file, its]) => its.map((one) => ({ file, ...one })));

/** The folder that a file is in, or the file itself without its ending. */
const partOf = (file: string) => (file.includes("/") ? (file.split("/")[0] as string) : basename(file).replace(/\.tsx?$/, ""));

/** What each part may import besides itself. */
const mayImport: Record<string, string[]> = {
  main: ["cli", "terminal", "errors", "secrets"],
  cli: ["commands", "admin", "options", "terminal", "kafka", "version", "errors"],
  commands: [
    ...["admin", "consume", "produce", "emit", "http", "hub"],
    ...["options", "terminal", "registry", "kafka", "video", "format", "record", "host-name", "words", "errors"],
  ],
  admin: ["options", "terminal", "kafka", "record", "name-pattern", "words", "errors"],
  consume: ["options", "terminal", "registry", "kafka", "video", "format", "record", "words", "errors"],
  produce: ["options", "terminal", "kafka", "format", "record", "address", "words", "errors"],
  emit: ["terminal", "kafka", "video", "format", "record", "words", "errors"],
  http: ["protocol", "hub", "kafka", "video", "format", "record", "host-name", "turns", "words", "errors"],
  protocol: ["hub", "format"],
  hub: ["kafka", "video", "format", "record", "turns", "errors"],
  registry: ["options", "format", "record", "address", "errors"],
  options: ["terminal", "kafka", "video", "record", "address", "build", "host-name", "name-pattern", "units", "errors"],
  kafka: ["terminal", "memory-file", "record", "address", "secrets", "turns", "words", "errors"],
  video: ["memory-file", "record", "address", "secrets", "turns", "errors"],
  format: ["record", "errors"],
  terminal: ["secrets", "errors"],
  page: [],
  record: ["units", "errors"],
  version: ["build"],
  secrets: ["address"],
  "name-pattern": ["errors"],
  turns: ["errors"],
  units: ["errors"],
  words: [],
  address: [],
  build: [],
  "host-name": [],
  "memory-file": [],
  errors: [],
};

/** What a value says is found out by the page and by the server alike. */
const ofBoth = [
  "format/csv.ts",
  "format/detections/caption.ts",
  "format/detections/colors.ts",
  "format/detections/draws-over.ts",
  "format/detections/frame-name.ts",
  "format/fields.ts",
  "format/lenient-json.ts",
  "format/measure.ts",
  "format/visible-text.ts",
  "video/formats/fmp4.ts",
  "words.ts",
];

/** What the design excepts. */
function isException({ file, target, typeOnly }: Import & { file: string }): boolean {
  if (partOf(file) === "page") return partOf(target) === "protocol" || ofBoth.includes(target);
  return (partOf(file) === "kafka" || partOf(file) === "format") && target === "video/frame.ts" && typeOnly;
}

test("every form of import is seen", () => {
  const source = [
    'import a, { b } from "./a.ts";',
    'import type { T } from "./b.ts";',
    "import {\n  c,\n  type U,\n} from '../c.ts';".replaceAll("'", '"'),
    'import "./d.ts";',
    'export { e } from "./e.ts";',
    'export * from "./f.ts";',
    'const g = await import("./g.ts");',
    'const h = require("h");',
    'const text = "no import from here";',
  ].join("\n");
  expect(importsOf("hub/x.ts", source).map(({ target, typeOnly, lazy }) => `${target}${typeOnly ? " type" : ""}${lazy ? " lazy" : ""}`)).toEqual([
    "hub/a.ts",
    "hub/b.ts type",
    "c.ts",
    "hub/e.ts",
    "hub/f.ts",
    "hub/d.ts",
    "hub/g.ts lazy",
    "h",
  ]);
});

test("every import of a path leads to a file", () => {
  const known = new Set([...files, "../package.json"]);
  expect(edges.filter(({ target, relative }) => relative && !known.has(target))).toEqual([]);
});

test("imports point one way", () => {
  const wrong = edges.filter((edge) => {
    const [from, to] = [partOf(edge.file), partOf(edge.target)];
    return sources.has(edge.target) && from !== to && !mayImport[from]?.includes(to) && !isException(edge);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("every part has its place", () => {
  expect([...new Set([...sources.keys()].map(partOf))].filter((part) => !(part in mayImport))).toEqual([]);
});

test("no import leads back to where it began, types included", () => {
  const cycles = new Set<string>();
  const done = new Set<string>();
  const walk = (file: string, path: string[]) => {
    if (path.includes(file)) return void cycles.add([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    for (const { target } of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources.keys()) walk(file, []);
  expect([...cycles]).toEqual([]);
});

/** Everything that is loaded with a file, at once. */
function loadedWith(...begin: string[]): Set<string> {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { target, typeOnly, lazy } of imports.get(file) ?? []) if (!typeOnly && !lazy) load(target);
  };
  begin.forEach(load);
  return loaded;
}

test("help, versions and usage errors load no command, and nothing of Kafka, video or HTTP", () => {
  const loaded = [...loadedWith("main.ts")];
  expect(loaded).toContain("cli/cli.ts");
  const work = ["commands", "admin", "consume", "produce", "emit", "http", "hub", "registry", "kafka", "video", "format", "page"];
  // Where the addon is taken from is settled while the command line is still being read.
  expect(loaded.filter((file) => work.includes(partOf(file)))).toEqual(["kafka/addon/addon.ts"]);
  expect(loaded.filter((file) => file.startsWith("@confluentinc"))).toEqual(["@confluentinc/kafka-javascript/package.json"]);
});

test("the page loads nothing of the server but the protocol, and the MP4 and the values that both have to do with", () => {
  const page = [...sources.keys()].filter((file) => partOf(file) === "page");
  const others = [...loadedWith(...page)].filter((file) => !page.includes(file) && !file.startsWith("preact"));
  expect(others.sort()).toEqual(
    [...ofBoth, "protocol/camera-message.ts", "protocol/clip.ts", "protocol/frame-head.ts", "protocol/packed-detections.ts", "video/formats/h264.ts"].sort(),
  );
});

test("what looks into topics is loaded with none of the wall", () => {
  const loaded = [...loadedWith("page/main.tsx")];
  expect(loaded).toContain("page/wall/wall.tsx");
  expect(loaded.filter((file) => file.startsWith("page/topics/cluster/") || file === "page/topics/topics-page.tsx")).toEqual([]);
});

describe("one door", () => {
  const importers = (name: RegExp) => [...new Set(edges.filter(({ target }) => name.test(target)).map(({ file }) => file))].sort();

  test("leads to the Kafka package", () => {
    expect(importers(/^@confluentinc\/kafka-javascript(?!\/package\.json)/)).toEqual(["kafka/addon/native.ts"]);
  });

  test("leads to the Schema Registry's client, which is large and loaded by whoever asks for it", () => {
    expect(importers(/^@(confluentinc\/schemaregistry|bufbuild)/)).toEqual(["registry/registry.ts"]);
    expect(edges.filter(({ target, typeOnly, lazy }) => target === "registry/registry.ts" && !typeOnly && !lazy)).toEqual([]);
  });

  test("leads to the program's exit", () => {
    expect([...sources].filter(([, source]) => /\bprocess\s*\.\s*exit\b/.test(source)).map(([file]) => file)).toEqual(["main.ts"]);
  });
});

test("nothing below the commands looks at the command line or the environment", () => {
  const below = ["http", "hub", "kafka", "video", "format", "record", "errors", "page"];
  const looks = /\b(?:process|Bun|import\.meta)\s*\.\s*(?:argv|env)\b/;
  expect([...sources].filter(([file, source]) => below.includes(partOf(file)) && looks.test(source)).map(([file]) => file)).toEqual([]);
});

test("no file is a barrel, or longer than 300 lines, and no folder has more than twenty", () => {
  const folders = Map.groupBy(files, dirname);
  expect([...folders].filter(([, its]) => its.length > 20).map(([folder, its]) => `${folder}: ${its.length}`)).toEqual([]);
  expect(files.filter((file) => /^index\.tsx?$/.test(basename(file)))).toEqual([]);
  const lines = (file: string) => readFileSync(join(root, file), "utf8").split("\n").length - 1;
  // A patch is as long as what it leaves in place around each change.
  expect(files.filter((file) => !file.endsWith(".patch") && lines(file) > 300)).toEqual([]);
});
