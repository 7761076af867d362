/** Which ffmpeg kt takes: the one that is named, the one inside, the one in PATH; and what it says when there is none. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { makeClip } from "./support/clips.ts";
import { brokers, ffmpegPath, kt, root, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { type Finished, run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let clip: string;
/** Built here, because dist/kt may have an ffmpeg inside or not. */
let withoutFfmpeg: string;
let withFfmpeg: string;
let realFfmpeg: string;

async function build(outfile: string, ffmpeg: string): Promise<string> {
  const built = await run([process.execPath, "scripts/lib/bundle.ts"], { cwd: root, env: { KT_OUTFILE: outfile, FFMPEG_BIN: ffmpeg }, timeoutMs: 120_000 });
  expect([built.code, built.stderr]).toEqual([0, expect.stringContaining(ffmpeg === "none" ? "without ffmpeg" : "with ffmpeg ")]);
  return outfile;
}

beforeAll(async () => {
  folder = await tempFolder();
  realFfmpeg = Bun.which(ffmpegPath) ?? ffmpegPath;
  clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 });
  withoutFfmpeg = await build(`${folder.path}/kt-without`, "none");
  withFfmpeg = await build(`${folder.path}/kt-with`, realFfmpeg);
  for (const name of ["named", "environment", "ffmpeg"]) {
    await writeFile(`${folder.path}/${name}`, `#!/bin/sh\necho ${name} >>${folder.path}/called\nexec ${realFfmpeg} "$@"\n`);
    await chmod(`${folder.path}/${name}`, 0o755);
  }
}, 240_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** Runs emit-video, and says which of the three stand-ins were called. */
async function emit(binary: string, args: string[], env: Record<string, string>): Promise<Finished & { called: string }> {
  const finished = await run([binary, "emit-video", clip, "--topic", uniqueName("ffmpeg"), "--fast", ...args], {
    env: { KT_BROKERS: brokers, FFMPEG_BIN: undefined, PATH: "", ...env },
  });
  const called = await readFile(`${folder.path}/called`, "utf8").catch(() => "");
  await rm(`${folder.path}/called`, { force: true });
  return { ...finished, called };
}

function expectSent({ code, stderr, called }: Finished & { called: string }, by: string): void {
  expect([code, stderr]).toEqual([0, expect.stringContaining("25 sent, 25 delivered, 0 failed")]);
  expect(called).toBe(by && `${by}\n`);
}

test("--ffmpeg comes first, then FFMPEG_BIN, then the one inside, then PATH", async () => {
  const named = `${folder.path}/named`;
  const all = { FFMPEG_BIN: `${folder.path}/environment`, PATH: folder.path };
  for (const binary of [withoutFfmpeg, withFfmpeg]) {
    expectSent(await emit(binary, ["--ffmpeg", named], all), "named");
    expectSent(await emit(binary, [], all), "environment");
  }
  expectSent(await emit(withFfmpeg, [], { PATH: folder.path }), "");
  expectSent(await emit(withoutFfmpeg, [], { PATH: folder.path }), "ffmpeg");
});

test("the one inside needs neither PATH nor a folder to unpack to", async () => {
  expectSent(await emit(withFfmpeg, [], { TMPDIR: "/nonexistent", HOME: "/nonexistent" }), "");
});

test("none at all: one sentence that says how to get one, and no topic is made", async () => {
  const topic = uniqueName("no-ffmpeg");
  const { code, stdout, stderr } = await run([withoutFfmpeg, "emit-video", clip, "--topic", topic], {
    env: { KT_BROKERS: brokers, FFMPEG_BIN: undefined, PATH: "" },
  });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^kt: .*ffmpeg.*\n$/);
  expect(stderr).toContain("--ffmpeg");
  expect(stderr).toContain("FFMPEG_BIN");
  expect((await kt(["topic", "describe", topic])).code).toBe(1);
});

test("a named one that is not there is an error, whatever else there is", async () => {
  for (const [args, env] of [
    [["--ffmpeg", "/nonexistent/ffmpeg"], {}],
    [[], { FFMPEG_BIN: "/nonexistent/ffmpeg" }],
    [["--ffmpeg", folder.path], {}],
  ] as [string[], Record<string, string>][]) {
    const { code, stderr, called } = await emit(withFfmpeg, args, { PATH: folder.path, ...env });
    expect([code, called]).toEqual([1, ""]);
    expect(stderr).toMatch(/^kt: There is no ffmpeg at '.+'.*\n$/);
  }
});

test("kt --version and the help of the commands that use it say which one is inside", async () => {
  const { stdout } = await run([realFfmpeg, "-version"]);
  const version = /^ffmpeg version (\S+)/.exec(stdout)?.[1] as string;
  const said = async (binary: string, ...args: string[]) => (await run([binary, ...args])).stdout;
  expect(await said(withFfmpeg, "--version")).toContain(`ffmpeg ${version} inside`);
  expect(await said(withoutFfmpeg, "--version")).toContain("no ffmpeg inside");
  for (const command of ["emit-video", "consume", "serve"]) {
    expect(await said(withFfmpeg, "help", command)).toContain(`the one inside kt, ${version}`);
    expect(await said(withoutFfmpeg, "help", command)).toContain("then the one in PATH; none is inside");
  }
});
