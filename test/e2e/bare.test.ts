/** dist/kt copied to a system that has nothing but the C library: no ffmpeg, no shell, no folder that may be written. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { makeClip } from "./support/clips.ts";
import { binary, brokers, eventually, recordsOf, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

const embedded = process.env.KT_TEST_EMBEDDED ?? `${import.meta.dir}/../../.build/ffmpeg/ffmpeg`;
let folder: TempFolder;
/** What comes in front of the program: it has a root of its own, read-only, or where that is not permitted nothing in PATH. */
let wrapper: string[];
let kt: string;
let clip: string;

beforeAll(async () => {
  folder = await tempFolder();
  const root = `${folder.path}/root`;
  // Of libgcc_s too, which libc6 brings on every Debian.
  const libraries = (await Promise.all([binary, embedded].map(async (program) => (await run(["ldd", program])).stdout))).join("\n");
  for (const [path] of libraries.matchAll(/\/\S+\.so[.\d]*/g)) {
    await mkdir(root + dirname(path), { recursive: true });
    await copyFile(path, root + path);
  }
  for (const name of ["proc", "dev", "etc"]) await mkdir(`${root}/${name}`);
  await copyFile(binary, `${root}/kt`);
  await makeClip(`${root}/clip.mp4`, { seconds: 1 });
  const enter = `mount --bind "$0" "$0" && mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -o remount,bind,ro "$0" && exec chroot "$0" "$@"`;
  const asRoot = process.getuid?.() === 0;
  const chroot = ["env", "-i", `PATH=${process.env.PATH}`, `KT_BROKERS=${brokers}`, "unshare", ...(asRoot ? ["-m"] : ["-rm"]), "sh", "-c", enter, root];
  const permitted = (await run([...chroot, "/kt", "--version"])).code === 0;
  wrapper = permitted ? chroot : ["env", "-i", "PATH=", `KT_BROKERS=${brokers}`];
  [kt, clip] = permitted ? ["/kt", "/clip.mp4"] : [`${root}/kt`, `${root}/clip.mp4`];
  if (!permitted) console.warn(`${basename(import.meta.path)}: no root of its own is permitted here, so kt is tried with an empty PATH only`);
}, 120_000);
afterAll(() => folder[Symbol.asyncDispose]());

test("it has an ffmpeg inside", async () => {
  const { stdout, stderr } = await run([...wrapper, kt, "--version"]);
  expect([stdout, stderr]).toEqual([expect.stringMatching(/ ffmpeg \S+ inside\)\n$/), ""]);
});

test.each([
  ["mjpeg", "image/jpeg"],
  ["auto", "video/h264"],
])("emits a clip with --codec %s and serves its pictures", async (codec, type) => {
  const topic = uniqueName("bare");
  const emitted = await run([...wrapper, kt, "emit-video", clip, "--topic", topic, "--fast", "--codec", codec], { timeoutMs: 60_000 });
  expect([emitted.code, emitted.stderr]).toEqual([0, expect.stringContaining("25 sent, 25 delivered, 0 failed")]);
  const [first] = await recordsOf(topic, "-n", "1");
  expect(first?.headers).toContainEqual(expect.objectContaining({ name: "content-type", value: type }));

  await using served = new Running([...wrapper, kt, "serve", "--port", "0"]);
  const [, url] = (await served.stderr.waitFor(/(http:\/\/127\.0\.0\.1:\d+)\//)) ?? [];
  // Of H.264 this takes the ffmpeg inside once more.
  const frame = await fetch(`${url}/topics/${topic}/frame`);
  expect([frame.status, frame.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  expect(Buffer.from(await frame.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  const saved = await fetch(`${url}/topics/${topic}/clip.mp4`);
  expect([saved.status, (await saved.arrayBuffer()).byteLength > 10_000]).toEqual([200, true]);
  expect(await served.stop(5000)).toBe(0);
});

test("the ffmpeg inside does not outlive a kt that was killed", async () => {
  const topic = uniqueName("bare-killed");
  const emitter = new Running([...wrapper, kt, "emit-video", "testsrc", "--topic", topic]);
  let children: number[] = [];
  {
    await using _killed = emitter;
    await eventually(async () => (await recordsOf(topic, "-n", "1").catch(() => [])).length > 0, "a picture comes");
    children = (await run(["pgrep", "-P", String(emitter.pid)])).stdout.trim().split("\n").map(Number);
    expect(children).toHaveLength(1);
  }
  await eventually(() => children.every((pid) => !existsSync(`/proc/${pid}`)), "ffmpeg has ended");
});
