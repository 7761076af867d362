import { describe, expect, test } from "bun:test";
import { type FrameHead, frameFlags, frameHeaderBytes, frameTypes, readFrameHead, writeFrameHead } from "../../../src/protocol/frame-head.ts";

const head: FrameHead = {
  tile: 4_000_000_000,
  type: "image/jpeg",
  flags: frameFlags.key | frameFlags.discontinuity,
  dropped: 513,
  timestampMs: 1_700_000_000_123.5,
  partition: 3,
  reorderUs: 80_000,
  runHash: 4_000_000_001,
  sequence: 123_456,
  offset: 2 ** 40 + 1,
};

/** Through bytes that lie somewhere in larger ones, whose other bytes stay as they are. */
function sent(of: FrameHead): FrameHead {
  const message = new Uint8Array(frameHeaderBytes + 8).fill(0xaa);
  writeFrameHead(new DataView(message.buffer, 4), of);
  expect([...message.subarray(0, 4), ...message.subarray(4 + frameHeaderBytes)]).toEqual(Array(8).fill(0xaa));
  return readFrameHead(new DataView(message.buffer, 4));
}

describe("the head of a frame", () => {
  test("arrives as it was sent", () => {
    expect(sent(head)).toEqual(head);
  });

  test.each(frameTypes)("carries %s", (type) => {
    expect(sent({ ...head, type }).type).toBe(type);
  });

  test.each(Object.values(frameFlags))("carries flag %d alone", (flags) => {
    expect(sent({ ...head, flags }).flags).toBe(flags);
  });

  test("counts no more dropped frames than it has room for", () => {
    expect(sent({ ...head, dropped: 65_535 }).dropped).toBe(65_535);
    expect(sent({ ...head, dropped: 70_000 }).dropped).toBe(65_535);
  });

  test("lies where the protocol says", () => {
    const view = new DataView(new ArrayBuffer(frameHeaderBytes));
    writeFrameHead(view, { ...head, type: "video/h264" });
    expect([view.getUint32(0, true), view.getUint8(4), view.getUint8(5), view.getUint16(6, true), view.getFloat64(8, true), view.getFloat64(16, true)]).toEqual(
      [head.tile, 2, 3, head.dropped, head.timestampMs, head.offset],
    );
  });
});
