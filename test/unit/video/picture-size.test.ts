import { describe, expect, test } from "bun:test";
import { checkSize, fitInto, pictureSize, wholeJpeg } from "../../../src/video/formats/picture-size.ts";
import { shapeOf } from "../../../src/video/no-signal.ts";

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

/** An APP1 segment with nothing but an orientation in it (Exif 2.32, 4.5). @param order II is little-endian, MM big-endian */
function exif(orientation: number, order: "II" | "MM"): Buffer {
  const tiff = Buffer.alloc(26);
  const [u16, u32] = order === "II" ? (["writeUInt16LE", "writeUInt32LE"] as const) : (["writeUInt16BE", "writeUInt32BE"] as const);
  tiff.write(order);
  tiff[u16](42, 2);
  tiff[u32](8, 4);
  tiff[u16](1, 8);
  tiff[u16](0x0112, 10);
  tiff[u16](3, 12);
  tiff[u32](1, 14);
  tiff[u16](orientation, 18);
  return Buffer.concat([Buffer.from("ffe1002245786966", "hex"), Buffer.alloc(2), tiff]);
}

test.each([
  [1, "II", 160, 120],
  [3, "MM", 160, 120],
  [6, "II", 120, 160],
  [8, "MM", 120, 160],
] as const)("a JPEG of orientation %i (%s) is %ix%i as it is shown", async (orientation, order, width, height) => {
  const plain = Buffer.from(await picture("mjpeg", "160x120", "-pix_fmt", "yuvj420p"));
  const turned = Buffer.concat([plain.subarray(0, 2), exif(orientation, order), plain.subarray(2)]);
  expect(pictureSize(turned)).toEqual({ width, height });
  // Wherever it is cut off, it is at worst not known to be turned.
  for (let length = 0; length < 60; length++) pictureSize(turned.subarray(0, length));
});

test("a JPEG is found between what stands around it", async () => {
  const jpeg = await picture("mjpeg", "160x120", "-pix_fmt", "yuvj420p");
  const around = Buffer.concat([Buffer.from("--frame\r\nContent-Type: image/jpg\r\n\r\n"), jpeg, Buffer.from("\r\n--frame\r\n")]);
  expect(Buffer.from(wholeJpeg(around)).equals(jpeg)).toBe(true);
  expect(Buffer.from(wholeJpeg(jpeg)).equals(jpeg)).toBe(true);
  expect(wholeJpeg(Buffer.from("none"))).toEqual(Buffer.from("none"));
});

test.each([[Buffer.alloc(0)], [Buffer.from("hello")], [Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 0, 0, 0, 0, 0, 0])], [Buffer.from([0xff, 0xd8, 0xff])]])(
  "%j has no size",
  (bytes) => {
    expect(pictureSize(bytes)).toBeUndefined();
  },
);

describe("before it is decoded", () => {
  const png = (width: number, height: number) => {
    const header = Buffer.from("89504e470d0a1a0a0000000d4948445200000000000000000802000000", "hex");
    header.writeUInt32BE(width, 16);
    header.writeUInt32BE(height, 20);
    return header;
  };

  test("a picture that calls itself too large is refused, and says how large it is", () => {
    checkSize(png(8192, 8192));
    checkSize(Buffer.from("no picture at all"));
    for (const [width, height] of [
      [8193, 8192],
      [15_000, 15_000],
      [2 ** 32 - 1, 2 ** 32 - 1],
    ] as const)
      expect(() => checkSize(png(width, height))).toThrow(`The picture is ${width}x${height}`);
  });

  test("it is made to fit with its sides in proportion, and left alone where it fits", () => {
    expect(fitInto({ width: 1920, height: 1080 }, 1920 * 1080)).toEqual({ width: 1920, height: 1080 });
    expect(fitInto({ width: 8000, height: 6000 }, 12_000_000)).toEqual({ width: 4000, height: 3000 });
    expect(fitInto({ width: 100_000, height: 1 }, 1000).height).toBe(2);
  });

  test("NO SIGNAL for one that lies is a small picture", () => {
    expect(shapeOf(png(1280, 720))).toMatchObject({ width: 1280, height: 720 });
    for (const [width, height] of [
      [2 ** 32 - 1, 2 ** 32 - 1],
      [65_536, 1],
    ] as const)
      expect(shapeOf(png(width, height))).toMatchObject({ width: 640, height: 360 });
  });
});
