import { describe, expect, test } from "bun:test";
import type { OutgoingRecord } from "../../../src/record.ts";
import { endRecord, type Frame, frameRecord, readFrameRecord } from "../../../src/video/frame.ts";
import { headers, jpeg, record } from "../records.ts";

const stream = { topic: "video", name: "front door", run: "0badcafe" };
const h264: Frame = {
  type: "video/h264",
  data: Buffer.from([0, 0, 0, 1, 0x41]),
  ptsUs: 80_000,
  dtsUs: -40_000,
  key: false,
  width: 640,
  height: 272,
  codec: "avc1.64001e",
};
const stored = ({ key = null, value, headers = [], timestampMs = -1 }: OutgoingRecord) => record({ key, value, headers, timestampMs });

describe("what emit-video sent comes back", () => {
  test.each([
    ["a frame that builds on others", h264],
    ["a key frame", { ...h264, key: true, dtsUs: 80_000 }],
    ["a JPEG", { ...h264, type: "image/jpeg", data: jpeg(), key: true, dtsUs: 80_000, codec: undefined }],
  ] as [string, Frame][])("%s", (_, frame) => {
    expect(readFrameRecord(stored(frameRecord(stream, frame, 7, 1000)))).toEqual({
      name: "front door",
      run: "0badcafe",
      timestampMs: 1000,
      timed: true,
      frame,
    });
  });

  test("but for the record that says that the source ended", () => {
    expect(readFrameRecord(stored(endRecord(stream, 1000)))).toBeUndefined();
  });
});

describe("what another program sent", () => {
  test("is a picture by its first bytes, at its timestamp", () => {
    expect(readFrameRecord(record({ value: jpeg(), timestampMs: 5 }))).toMatchObject({
      name: "",
      run: "",
      timed: false,
      timestampMs: 5,
      frame: { type: "image/jpeg", key: true },
    });
  });

  test("of H.264 is a key frame where it has an IDR picture, whatever its headers lack", () => {
    const unit = (type: number) => record({ value: Buffer.from([0, 0, 0, 1, type, 9]), headers: headers({ "content-type": "video/h264" }) });
    expect([0x65, 0x41].map((type) => readFrameRecord(unit(type))?.frame.key)).toEqual([true, false]);
  });

  test("has the size and the codec that its own parameters give", () => {
    // Of libx264: High at level 1, 48x32.
    const sps = Buffer.from("Z2QACqzZTWwEQAAAAwBAAAAMg8SJZYA=", "base64");
    const value = Buffer.concat([Buffer.from([0, 0, 0, 1]), sps, Buffer.from([0, 0, 0, 1, 0x65, 0x88])]);
    const found = readFrameRecord(record({ value, headers: headers({ "content-type": "video/h264", "kt-key": "1" }) }));
    expect(found?.frame).toMatchObject({ type: "video/h264", key: true, codec: "avc1.64000a" });
    expect([found?.frame.width, found?.frame.height]).toEqual([48, 32]);
  });

  test("is none where it is text, empty or nothing", () => {
    for (const value of [Buffer.from("hello"), Buffer.alloc(0), null]) expect(readFrameRecord(record({ value }))).toBeUndefined();
  });

  test("keeps streams apart by keys that are no text as well", () => {
    expect(readFrameRecord(record({ key: Buffer.from([0xff, 7]), value: jpeg() }))?.name).toBe("0xff07");
  });
});
