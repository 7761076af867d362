import { describe, expect, test } from "bun:test";
import type { OutgoingRecord } from "../../../src/record.ts";
import { sniffFrame } from "../../../src/video/formats/sniff.ts";
import { endRecord, type Frame, frameRecord, type Stream } from "../../../src/video/frame.ts";
import { jpeg, png } from "../records.ts";

const stream: Stream = { topic: "cameras", name: "tür 1", run: "0badcafe" };
const frame: Frame = {
  type: "image/jpeg",
  data: jpeg(7),
  ptsUs: 1_033_333.6,
  dtsUs: 1_033_333.6,
  key: true,
  width: 1280,
  height: 720,
  codec: undefined,
};
const headersOf = (record: OutgoingRecord) =>
  Object.fromEntries((record.headers ?? []).map(({ name, value }) => [name, value && Buffer.from(value).toString()]));

describe("a frame's record", () => {
  const record = frameRecord(stream, frame, 31, 1_700_000_001_033.7);

  test("has the stream's name as key and the picture, byte for byte, as value", () => {
    expect(record).toMatchObject({ topic: "cameras", key: Buffer.from("tür 1"), value: jpeg(7) });
    expect(record.partition).toBeUndefined();
  });

  test("has the capture time in whole milliseconds", () => {
    expect(record.timestampMs).toBe(1_700_000_001_034);
  });

  test("has the contract's headers and no others", () => {
    expect(headersOf(record)).toEqual({
      "content-type": "image/jpeg",
      "kt-seq": "31",
      "kt-pts": "1033334",
      "kt-key": "1",
      "kt-size": "1280x720",
      "kt-run": "0badcafe",
    });
    expect(record.headers).toHaveLength(6);
  });

  test("begins with number 0 at time 0", () => {
    expect(headersOf(frameRecord(stream, { ...frame, ptsUs: 0, dtsUs: 0 }, 0, 0))).toMatchObject({ "kt-seq": "0", "kt-pts": "0" });
  });

  test("of H.264 has the codec, and the decoding time where it is another", () => {
    const unit: Frame = { ...frame, type: "video/h264", codec: "avc1.64001f", dtsUs: 953_333.6 };
    expect(headersOf(frameRecord(stream, unit, 31, 0))).toMatchObject({
      "content-type": "video/h264",
      "kt-codec": "avc1.64001f",
      "kt-dts": "953334",
      "kt-pts": "1033334",
    });
    expect(headersOf(frameRecord(stream, { ...unit, dtsUs: unit.ptsUs }, 31, 0))).not.toHaveProperty("kt-dts");
  });

  test("has kt-key only where the frame needs no other", () => {
    expect(headersOf(frameRecord(stream, { ...frame, type: "video/h264", key: false }, 1, 0))).not.toHaveProperty("kt-key");
  });
});

test("the end of a stream is an empty record that says so", () => {
  const record = endRecord(stream, 1_700_000_001_033.4);
  expect(record).toMatchObject({ topic: "cameras", key: Buffer.from("tür 1"), value: Buffer.alloc(0), timestampMs: 1_700_000_001_033 });
  expect(headersOf(record)).toEqual({ "kt-run": "0badcafe", "kt-end": "1" });
});

describe("a value without headers", () => {
  test("is known by its first bytes", () => {
    expect(sniffFrame(jpeg())).toBe("image/jpeg");
    expect(sniffFrame(png())).toBe("image/png");
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["the beginning of a JPEG", jpeg().subarray(0, 3)],
    ["the signature of a PNG", png().subarray(0, 8)],
    ["a JPEG's first byte and text", Buffer.from([0xff, 0xd8, 0x20, 0x20, 0x20])],
    ["text", Buffer.from("PNG is a format")],
    ["JSON", Buffer.from('{"a":1}')],
    ["a GIF", Buffer.from("GIF89a\x01\x00\x01\x00")],
    ["H.264", Buffer.from([0, 0, 0, 1, 0x67, 0x64, 0, 0x1f, 0xac])],
  ])("that is %s is no picture", (_, value) => {
    expect(sniffFrame(value)).toBeUndefined();
  });
});
