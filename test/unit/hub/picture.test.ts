import { describe, expect, test } from "bun:test";
import { pictureOf } from "../../../src/hub/picture.ts";
import type { KafkaRecord, OutgoingRecord } from "../../../src/record.ts";
import { isKeyUnit } from "../../../src/video/formats/h264-look.ts";
import { endRecord, frameRecord } from "../../../src/video/frame.ts";
import { h264Delta, h264Key, headers, jpeg, png, record } from "../records.ts";

const stream = { topic: "cameras", name: "door", run: "0badcafe" } as const;

/** As it comes back out of Kafka. */
function stored({ topic, key = null, value, timestampMs = 0, headers: own = [] }: OutgoingRecord): KafkaRecord {
  return { topic, partition: 3, offset: 7, timestampMs, key, value, headers: own };
}

describe("what emit-video sent", () => {
  test("is a picture with all that its headers say", () => {
    const sent = frameRecord(
      stream,
      { type: "image/jpeg", data: jpeg(), ptsUs: 40_000, dtsUs: 40_000, key: true, width: 1280, height: 720, codec: undefined },
      0,
      1000,
    );
    expect(pictureOf(stored(sent))).toEqual({
      key: "door",
      type: "image/jpeg",
      partition: 3,
      offset: 7,
      timestampMs: 1000,
      data: jpeg(),
      keyFrame: true,
      end: false,
      run: "0badcafe",
      sequence: 0,
      ptsUs: 40_000,
      reorderUs: 0,
      width: 1280,
      height: 720,
      byKt: true,
    });
  });

  test("is an H.264 frame that needs others, unless it is a key frame", () => {
    const sent = (key: boolean) =>
      frameRecord(stream, { type: "video/h264", data: h264Key(), ptsUs: 0, dtsUs: 0, key, width: 2, height: 2, codec: "avc1.64001f" }, 0, 0);
    expect(pictureOf(stored(sent(true)))).toMatchObject({ type: "video/h264", keyFrame: true });
    expect(pictureOf(stored(sent(false)))).toMatchObject({ type: "video/h264", keyFrame: false });
  });

  test("is the end of a stream, which has no picture", () => {
    const end = pictureOf(stored(endRecord(stream, 2000)));
    expect(end).toMatchObject({ key: "door", end: true, run: "0badcafe", timestampMs: 2000 });
    expect(end?.data).toHaveLength(0);
  });
});

describe("what somebody else's program sent", () => {
  test.each([
    ["image/jpeg", jpeg()],
    ["image/png", png()],
  ] as const)("is a picture by its first bytes: %s", (type, value) => {
    expect(pictureOf(record({ value }))).toMatchObject({
      key: "",
      type,
      data: value,
      keyFrame: true,
      end: false,
      run: "",
      ptsUs: null,
      width: null,
      height: null,
      byKt: false,
    });
  });

  test("has no time where the header's is beyond what can be reckoned with", () => {
    for (const pts of ["9007199254740993", "-99999999999999999999999", "1e3", ""])
      expect(pictureOf(record({ value: jpeg(), headers: headers({ "kt-pts": pts, "kt-dts": pts }) }))).toMatchObject({ ptsUs: null, reorderUs: 0 });
  });

  test("is a picture though its content-type is of no kind that kt knows", () => {
    expect(pictureOf(record({ value: png(), headers: headers({ "content-type": "application/octet-stream" }) }))?.type).toBe("image/png");
  });

  test("is what its content-type says", () => {
    expect(pictureOf(record({ value: Buffer.from([0, 0, 1, 0x41]), headers: headers({ "content-type": "video/h264" }) }))?.type).toBe("video/h264");
  });

  test("is an H.264 frame that needs others by what is in it", () => {
    const h264 = (value: Uint8Array) => pictureOf(record({ value, headers: headers({ "content-type": "video/h264" }) }));
    expect(h264(h264Key())).toMatchObject({ keyFrame: true, ptsUs: null });
    expect(h264(h264Delta())?.keyFrame).toBe(false);
    expect(isKeyUnit(Buffer.from([0, 0, 1, 9, 0xf0, 0, 0, 1, 0x65, 1]))).toBe(true); // a delimiter first, short start codes
    expect(isKeyUnit(Buffer.from([0x67, 0x65]))).toBe(false);
  });

  test("has a size only where the header is one", () => {
    for (const size of ["1280", "x", "1280x720x3", "-1x2"]) {
      expect(pictureOf(record({ value: jpeg(), headers: headers({ "kt-size": size }) }))).toMatchObject({ width: null, height: null });
    }
  });

  test.each([
    ["null", null],
    ["empty", Buffer.alloc(0)],
    ["text", Buffer.from("hello")],
  ])("is no picture where the value is %s", (_, value) => {
    expect(pictureOf(record({ value, headers: headers({ "kt-run": "1" }) }))).toBeUndefined();
  });

  test("is no picture where nothing is there, whatever its content-type says", () => {
    expect(pictureOf(record({ value: Buffer.alloc(0), headers: headers({ "content-type": "image/jpeg" }) }))).toBeUndefined();
  });
});
