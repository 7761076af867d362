/** Compiles src/main.ts into dist/kt, with the addon and the page inside, and ffmpeg where there is one. */
import { existsSync, statSync } from "node:fs";

const root = new URL("../../", import.meta.url).pathname;
const outfile = process.env.KT_OUTFILE ?? `${root}dist/kt`;

/** ffmpeg-static has its binary only where its install step could download it. */
async function ffmpegToEmbed(): Promise<string | undefined> {
  const { default: installed } = (await import("ffmpeg-static")) as { default: string | null };
  return [process.env.FFMPEG_BIN, installed].find((path): path is string => Boolean(path) && existsSync(path as string) && statSync(path as string).isFile());
}

const ffmpeg = await ffmpegToEmbed();
const embedded = JSON.stringify(`${root}src/embedded-addon.ts`);

const result = await Bun.build({
  entrypoints: [`${root}src/main.ts`],
  target: "bun",
  format: "esm",
  minify: true,
  // Parsed ahead: half of the start-up time otherwise goes into reading the JavaScript.
  bytecode: true,
  splitting: true,
  compile: { outfile },
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
        build.onLoad({ filter: /\/src\/addon\.ts$/ }, () => ({
          loader: "ts",
          contents: `import path from ${JSON.stringify(`${root}.build/kafka.node`)} with { type: "file" };
            import { copyEmbeddedAddon } from ${embedded};
            let copied: Promise<void> | undefined;
            export const fetchAddon = () => (copied ??= copyEmbeddedAddon(path));`,
        }));
        build.onLoad({ filter: /\/src\/video\/embedded-ffmpeg\.ts$/ }, () => ({
          loader: "ts",
          contents: ffmpeg
            ? `import path from ${JSON.stringify(ffmpeg)} with { type: "file" }; export const embeddedFfmpeg: string | undefined = path;`
            : "export const embeddedFfmpeg: string | undefined = undefined;",
        }));
      },
    },
  ],
});
if (!result.success) {
  console.error(...result.logs);
  process.exit(1);
}
console.error(
  `dist/kt: ${Math.round(statSync(outfile).size / 1e6)} MB, ${ffmpeg ? `with ${ffmpeg} inside` : "without ffmpeg (it is found by FFMPEG_BIN or PATH)"}`,
);
