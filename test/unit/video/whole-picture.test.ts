import { expect, test } from "bun:test";
import { isWholePicture } from "../../../src/video/formats/whole-picture.ts";

const scan = [0xff, 0xda, 0x00, 0x04, 0x00, 0x00, 0x12, 0xff, 0x00, 0x34];
/** A small picture of its own in front, with an end of its own, as cameras write it. */
const thumbnail = [0xff, 0xe1, 0x00, 0x08, 0xff, 0xd8, 0xff, 0xda, 0xff, 0xd9];

test("a JPEG is whole where its scan has an end, whatever stands in front of it and behind", () => {
  const jpeg = (...rest: number[]) => Uint8Array.of(0xff, 0xd8, ...thumbnail, 0xff, ...scan, ...rest);
  expect([isWholePicture(jpeg(0xff, 0xd9)), isWholePicture(jpeg(0xff, 0xd9, 0, 0, 0)), isWholePicture(jpeg()), isWholePicture(jpeg(0xff))]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isWholePicture(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBe(false);
});

test("a PNG is whole where it has its last chunk", () => {
  const png = [0x89, ...Buffer.from("PNG\r\n\x1a\n"), ...Buffer.from("....IEND"), 0xae, 0x42, 0x60, 0x82];
  expect([isWholePicture(Uint8Array.from(png)), isWholePicture(Uint8Array.from(png.slice(0, -1)))]).toEqual([true, false]);
});
