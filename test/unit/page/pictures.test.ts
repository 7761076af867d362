import { describe, expect, test } from "bun:test";
import { codecOf } from "../../../src/page/live/h264.ts";
import { pictureSize } from "../../../src/page/live/picture.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("a picture's size is read from its header", () => {
  test("of a PNG", () => {
    expect(pictureSize(hex("89504e47 0d0a1a0a 0000000d 49484452 00000500 000002d0 08020000 00"))).toEqual({ width: 1280, height: 720 });
  });

  test("of a JPEG, baseline or progressive, past what stands before it", () => {
    const before = "ffd8 ffe0 0004 4a46 ffc4 0004 0000 ffdb 0003 00";
    expect(pictureSize(hex(`${before} ffc0 0011 08 02d0 0500 03`))).toEqual({ width: 1280, height: 720 });
    expect(pictureSize(hex(`${before} ffc2 0011 08 0001 ffff 03`))).toEqual({ width: 65_535, height: 1 });
  });

  test.each(["", "ffd8", "ffd8 ffe0 0004", "ffd8 ffda 0008 0102 0304 0506", "00000001 67640029", "89504e47 0d0a1a0a"])("and not guessed: %p", (bytes) => {
    expect(pictureSize(hex(bytes))).toBeNull();
  });
});

describe("an H.264 stream's codec is read from its key frames", () => {
  test.each([
    ["after a start code of four bytes", "00000001 09f0 00000001 6764001f acd9", "avc1.64001f"],
    ["after one of three", "000001 674d4028 ecb0", "avc1.4d4028"],
    ["with leading zeros in it", "00000001 2742000a 8d", "avc1.42000a"],
  ])("%s", (_, unit, codec) => {
    expect(codecOf(hex(unit))).toBe(codec);
  });

  test("and unknown elsewhere", () => {
    expect(codecOf(hex("00000001 419a2468 0011"))).toBeUndefined();
    expect(codecOf(hex(""))).toBeUndefined();
  });
});
