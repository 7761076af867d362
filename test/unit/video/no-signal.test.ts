import { afterAll, expect, test } from "bun:test";
import { noSignal, shapeOf } from "../../../src/video/no-signal.ts";
import { openClips, output } from "./clips.ts";

const clips = openClips();
afterAll(() => clips.remove());

/** The grey of each pixel, as ffmpeg decodes it. */
async function greys(name: string, jpeg: Uint8Array): Promise<{ levels: number[]; describedAs: string }> {
  const path = clips.path(name);
  await Bun.write(path, jpeg);
  const probed = await output("ffprobe", "-v", "error", "-show_entries", "stream=width,height,pix_fmt", "-of", "csv=p=0", path);
  const child = Bun.spawn(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"], { stdout: "pipe" });
  return { levels: [...(await new Response(child.stdout).bytes())], describedAs: probed.trim() };
}

test.each([
  ["yuvj420p", "642x362"],
  ["yuvj422p", "1280x720"],
  ["yuvj444p", "320x240"],
  ["yuvj420p", "200x120"],
])("for pictures of %s and %s it has their size and their colours' sampling, and light letters on dark grey", async (pixels, size) => {
  const like = await clips.make(`like-${pixels}-${size}.jpg`, `testsrc2=size=${size}`, "-pix_fmt", pixels, "-strict", "unofficial", "-frames:v", "1");
  const { levels, describedAs } = await greys(`${pixels}-${size}.jpg`, noSignal(shapeOf(await Bun.file(like).bytes())));
  const [width, height] = size.split("x").map(Number) as [number, number];
  expect(describedAs).toBe(`${width},${height},${pixels}`);
  expect(levels).toHaveLength(width * height);
  const light = levels.filter((level) => level > 100).length / levels.length;
  expect(light).toBeWithin(0.02, 0.3);
  // Nothing is written on the edge.
  expect(levels.slice(0, width * 8).every((level) => level < 60)).toBe(true);
});

test("where no picture was seen, and where no letter fits, it is a picture all the same", async () => {
  expect((await greys("none.jpg", noSignal(shapeOf(undefined)))).describedAs).toBe("640,360,yuvj420p");
  const tiny = await clips.make("tiny.png", "testsrc2=size=34x18", "-frames:v", "1");
  expect((await greys("tiny.jpg", noSignal(shapeOf(await Bun.file(tiny).bytes())))).levels.every((level) => level < 60)).toBe(true);
});
