import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { pack } from "../../../scripts/lib/pack.ts";
import { cacheFolder } from "../../../src/options/ffmpeg.ts";
import type { Packed } from "../../../src/video/ffmpeg/embedded-ffmpeg.ts";
import { unpackFfmpeg } from "../../../src/video/ffmpeg/unpack-ffmpeg.ts";

let folder: string;
let packed: Packed;

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/kt-unpack-`);
  packed = await pack(Bun.which("echo") as string, `${folder}/packed`);
});
afterAll(() => rm(folder, { recursive: true }));

async function newHome(): Promise<string> {
  return mkdtemp(`${folder}/home-`);
}

function expectEchoes(path: string): void {
  expect(Bun.spawnSync([path, "it", "runs"]).stdout.toString()).toBe("it runs\n");
}

test("without a folder to keep it in, it runs from memory", () => {
  const path = unpackFfmpeg(packed, undefined);
  expect(path).toMatch(/^\/proc\/\d+\/fd\/\d+$/);
  expectEchoes(path);
});

test("it is kept in the cache, for its user only, and not unpacked again", async () => {
  const cache = `${await newHome()}/.cache/kt`;
  const path = unpackFfmpeg(packed, cache);
  expect(path).toBe(`${cache}/ffmpeg-${packed.hash}`);
  expectEchoes(path);
  const first = await stat(path);
  expect(first.mode & 0o777).toBe(0o700);
  expect(unpackFfmpeg(packed, cache)).toBe(path);
  expect((await stat(path)).ino).toBe(first.ino);
  expect(await readdir(cache)).toEqual([`ffmpeg-${packed.hash}`]);
});

test("what is cut short is unpacked again", async () => {
  const cache = `${await newHome()}/.cache/kt`;
  const path = unpackFfmpeg(packed, cache);
  await truncate(path, 100);
  expect(unpackFfmpeg(packed, cache)).toBe(path);
  expectEchoes(path);
});

test("what others may write is not started: neither the program nor its folder nor a link", async () => {
  const loose = `${await newHome()}/.cache/kt`;
  const path = unpackFfmpeg(packed, loose);
  await chmod(path, 0o722);
  expect(unpackFfmpeg(packed, loose)).toBe(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);

  await chmod(loose, 0o777);
  expect(unpackFfmpeg(packed, loose)).toStartWith("/proc/");

  const linked = `${await newHome()}/.cache/kt`;
  await mkdir(linked, { recursive: true });
  await symlink(Bun.which("true") as string, `${linked}/ffmpeg-${packed.hash}`);
  expectEchoes(unpackFfmpeg(packed, linked));
});

test("a home that is not there is not made, and what is no folder is left alone", async () => {
  const home = `${await newHome()}/gone`;
  expect(unpackFfmpeg(packed, `${home}/.cache/kt`)).toStartWith("/proc/");
  await expect(stat(home)).rejects.toThrow();
  const file = `${await newHome()}/file`;
  await writeFile(file, "");
  expect(unpackFfmpeg(packed, `${file}/kt`)).toStartWith("/proc/");
});

test("the cache is where XDG says, else in the home, else nowhere", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me", HOME: "/home/me" })).toBe("/var/cache/me/kt");
  expect(cacheFolder({ XDG_CACHE_HOME: "relative", HOME: "/home/me" })).toBe("/home/me/.cache/kt");
  expect(cacheFolder({ HOME: "" })).toBeUndefined();
  expect(cacheFolder({})).toBeUndefined();
});
