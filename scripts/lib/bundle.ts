/**
 * Compiles src/main.ts into dist/kt, with the addon and the page inside, and ffmpeg where there is one; the licences and
 * the bill of materials are written beside it. scripts/build says by KT_TARGET, KT_BUILD, KT_RUNTIME and KT_EMULATOR
 * what scripts/lib/target.sh calls target, build, runtime and emulator; without them it is for this machine.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, relative } from "node:path";
import kt from "../../package.json";
import { commit } from "./commit.ts";
import { gatherLicences } from "./licenses.ts";
import { pack } from "./pack.ts";
import { componentsOf } from "./release/parts.ts";
import { billOfMaterials } from "./release/sbom.ts";

const root = new URL("../../", import.meta.url).pathname;
const outfile = process.env.KT_OUTFILE ?? `${root}dist/kt`;
const target = process.env.KT_TARGET ?? "";
const buildFolder = process.env.KT_BUILD ?? `${root}.build`;
const ffmpegFolder = `${buildFolder}/ffmpeg${target && "-pinned"}`;
const emulator = (process.env.KT_EMULATOR ?? "").split(" ").filter(Boolean);
const architecture = target ? target.replace(/^linux-(x64|arm64).*/, "$1") : process.arch;

/** FFMPEG_BIN=none embeds none, and without FFMPEG_BIN it is the one that scripts/build has fetched, where it has. */
function ffmpegToEmbed(): string | undefined {
  const named = process.env.FFMPEG_BIN;
  if (named === "none") return undefined;
  if (named && !isFile(named)) throw new Error(`There is no ffmpeg at FFMPEG_BIN, '${named}'.`);
  return [named, `${ffmpegFolder}/ffmpeg`].find((path): path is string => path !== undefined && path !== "" && isFile(path));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** As the program says it: "ffmpeg version n9.0.2-17-g2a571b6068-20260930 Copyright …". */
function versionIn(said: string): string {
  const version = /^ffmpeg version (\S+)/.exec(said)?.[1];
  if (!version) throw new Error(`${ffmpeg} does not say a version, so it is no ffmpeg that runs here.`);
  return version;
}

/** The package that scripts/lib/ffmpeg.sh took it from. */
function ffmpegSource(path: string): string | undefined {
  const source = `${ffmpegFolder}/source`;
  return path.startsWith(ffmpegFolder) && isFile(source) ? readFileSync(source, "utf8").trim() : undefined;
}

const ffmpeg = ffmpegToEmbed();
const packed = ffmpeg && (await pack(ffmpeg, ffmpegFolder));
const ffmpegSays = ffmpeg && Bun.spawnSync([...emulator, ffmpeg, "-version"]).stdout.toString();
const facts = { commit: commit(root), ffmpeg: ffmpegSays && versionIn(ffmpegSays) };
const embedded = JSON.stringify(`${root}src/kafka/addon/embedded-addon.ts`);

/** What stands in place of a module of the sources, by its path in src. */
const inPlaceOf = new Map([
  [
    "kafka/addon/addon.ts",
    `import path from ${JSON.stringify(`${buildFolder}/kafka.node`)} with { type: "file" };
     import { copyEmbeddedAddon } from ${embedded};
     let copied;
     export const fetchAddon = () => (copied ??= copyEmbeddedAddon(path));`,
  ],
  [
    "video/ffmpeg/embedded-ffmpeg.ts",
    packed
      ? [
          ...packed.parts.map((path, i) => `import part${i} from ${JSON.stringify(path)} with { type: "file" };`),
          `const { hash, bytes } = ${JSON.stringify({ ...packed, parts: undefined })};`,
          `export const embeddedFfmpeg = { hash, bytes, parts: [${packed.parts.map((_, i) => `part${i}`).join(", ")}] };`,
        ].join("\n")
      : "export const embeddedFfmpeg = undefined;",
  ],
  ["build.ts", `export const build = ${JSON.stringify(facts)};`],
]);
const replaced = new Set<string>();

const result = await Bun.build({
  entrypoints: [`${root}src/main.ts`],
  target: "bun",
  format: "esm",
  minify: true,
  // Parsed ahead: half of the start-up time otherwise goes into reading the JavaScript.
  bytecode: true,
  splitting: true,
  compile: {
    outfile,
    ...(target && { target: architecture === "arm64" ? "bun-linux-arm64" : "bun-linux-x64", executablePath: process.env.KT_RUNTIME }),
  },
  metafile: true,
  plugins: [
    {
      name: "embed",
      setup(build) {
        // The package finds its addon by the `bindings` module: here it is the one inside the binary.
        build.onResolve({ filter: /^bindings$/ }, () => ({ path: "bindings", namespace: "embed" }));
        build.onLoad({ filter: /^bindings$/, namespace: "embed" }, () => ({
          loader: "ts",
          contents: `import { loadEmbeddedAddon } from ${embedded}; module.exports = loadEmbeddedAddon;`,
        }));
        // The package's streams, which kt does not use, would load all that streams are made of.
        build.onLoad({ filter: /kafka-javascript\/lib\/(kafka-consumer|producer)-stream\.js$/ }, () => ({
          loader: "js",
          contents: "module.exports = undefined;",
        }));
        build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
          const name = path.slice(`${root}src/`.length);
          const contents = inPlaceOf.get(name);
          if (contents === undefined) return undefined;
          replaced.add(name);
          return { loader: "ts", contents };
        });
      },
    },
  ],
});
if (!result.success) {
  console.error(...result.logs);
  process.exit(1);
}
for (const name of inPlaceOf.keys())
  if (!replaced.has(name)) throw new Error(`src/${name} is not in the bundle: scripts/lib/bundle.ts replaces it by its path.`);
const modules = Object.keys(result.metafile?.inputs ?? {});
const folder = dirname(outfile);
await Bun.write(`${folder}/THIRD-PARTY-LICENSES.txt`, gatherLicences(root, buildFolder, modules, ffmpegSays));
await Bun.write(`${folder}/LICENSE`, Bun.file(`${root}LICENSE`));

const digest = async (path: string) => new Bun.CryptoHasher("sha256").update(await Bun.file(path).arrayBuffer());
const components = componentsOf({
  root,
  folder: buildFolder,
  modules,
  architecture: architecture === "arm64" ? "arm64" : "amd64",
  runtime: `@oven/bun-${target === "linux-x64-baseline" ? target : architecture === "arm64" ? "linux-aarch64" : "linux-x64"}`,
  ffmpeg: ffmpeg && ffmpegSays ? { says: ffmpegSays, purl: ffmpegSource(ffmpeg), integrity: `sha256-${(await digest(ffmpeg)).digest("base64")}` } : undefined,
});
const sha256 = (await digest(outfile)).digest("hex");
const epoch = process.env.SOURCE_DATE_EPOCH;
const product = { version: kt.version, commit: facts.commit, sha256, builtAt: epoch ? Number(epoch) : undefined };
await Bun.write(`${folder}/kt.cdx.json`, billOfMaterials(product, components));
console.error(
  `${relative(root, outfile)}: ${Math.round(statSync(outfile).size / 1e6)} MB, ${ffmpeg ? `with ffmpeg ${facts.ffmpeg} inside` : "without ffmpeg (it is found by FFMPEG_BIN or PATH)"}`,
);
