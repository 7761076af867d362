import { expect, test } from "bun:test";
import { pictureSize } from "../../../src/video/picture-size.ts";

async function picture(codec: string, size: string, ...options: string[]): Promise<Uint8Array> {
  const child = Bun.spawn(
    [
      "ffmpeg",
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=1920x1080",
      "-frames:v",
      "1",
      "-vf",
      `format=rgb24,crop=${size.replace("x", ":")}:exact=1`,
      "-c:v",
      codec,
      ...options,
      "-f",
      "image2pipe",
      "-",
    ],
    { stdout: "pipe" },
  );
  return new Response(child.stdout).bytes();
}

test.each([
  ["mjpeg", "321x241", ["-pix_fmt", "yuvj420p"]],
  ["mjpeg", "1920x1080", ["-pix_fmt", "yuvj444p"]],
  ["png", "77x33", []],
])("a %s of %s says so itself", async (codec, size, options) => {
  const [width, height] = size.split("x").map(Number) as [number, number];
  expect(pictureSize(await picture(codec, size, ...options))).toEqual({ width, height });
});

test.each([[Buffer.alloc(0)], [Buffer.from("hello")], [Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 0, 0, 0, 0, 0, 0])], [Buffer.from([0xff, 0xd8, 0xff])]])(
  "%j has no size",
  (bytes) => {
    expect(pictureSize(bytes)).toBeUndefined();
  },
);
