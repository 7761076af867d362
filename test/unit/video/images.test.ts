import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { imagesIn, readImages } from "../../../src/video/source/images.ts";
import { openClips } from "./clips.ts";

const clips = openClips();
afterAll(() => clips.remove());
beforeAll(async () => {
  mkdirSync(clips.path("odd"));
  for (const name of ["odd/1.jpg", "odd/9.jpg"]) await clips.make(name, "testsrc2=size=64x48", "-frames:v", "1");
  await clips.make("odd/2.png", "testsrc2=size=64x48", "-frames:v", "1");
  await Bun.write(clips.path("odd/3.jpg"), Bun.file(clips.path("odd/2.png")));
  await Bun.write(clips.path("odd/4.jpg"), "");
  await Bun.write(clips.path("odd/5.jpg"), "no picture\n");
  await Bun.write(clips.path("odd/6.jpg"), Buffer.from(await Bun.file(clips.path("odd/1.jpg")).arrayBuffer()).subarray(0, 600));
  mkdirSync(clips.path("odd/7.jpg"));
  await Bun.write(clips.path("odd/8.jpg"), Bun.file(clips.path("odd/1.jpg")));
});

describe("a folder of images", () => {
  test("without those that are none, each of which is told of with the reason", async () => {
    const paths = imagesIn(clips.path("odd"));
    rmSync(clips.path("odd/8.jpg"));
    const skipped: string[] = [];
    const images = await Array.fromAsync(readImages(paths, 1, (path, why) => skipped.push(`${basename(path)}: ${why}`)));
    expect(images.map(({ length }) => length)).toEqual([Bun.file(clips.path("odd/1.jpg")).size, Bun.file(clips.path("odd/9.jpg")).size]);
    expect(skipped).toEqual([
      "2.png: it is PNG, and the first, '1.jpg', is JPEG",
      "3.jpg: it is PNG, and the first, '1.jpg', is JPEG",
      "4.jpg: it is empty",
      "5.jpg: it is no picture",
      "6.jpg: its end is missing",
      "7.jpg: it is a folder",
      "8.jpg: it is gone",
    ]);
  });

  test("that is played for ever and has nothing that can be read comes to an end", async () => {
    expect(await Array.fromAsync(readImages([clips.path("odd/5.jpg")], Number.POSITIVE_INFINITY, () => {}))).toEqual([]);
  });

  test("that is gone says so", () => {
    expect(() => imagesIn(clips.path("nowhere"))).toThrow(/The folder '.*nowhere' cannot be read: it is gone\./);
  });
});
