import { expect, test } from "bun:test";
import { lookAt } from "../../../../src/http/camera/camera-frame.ts";

/** Baseline, 64x48: what libx264 writes. */
const sps = [0x67, 0x42, 0xc0, 0x0a, 0xdc, 0x42, 0x19, 0x3d, 0x80, 0x88, 0x00, 0x00, 0x03, 0x00, 0x08, 0x00, 0x00, 0x03, 0x01, 0x90, 0x78, 0x91, 0x30];
const pps = [0x68, 0xce, 0x0f, 0x2c, 0x80];
const idr = [0x65, 0x88, 0x84, 0x0a];
const slice = [0x41, 0x9a, 0x02];
const unit = (...units: number[][]) => Uint8Array.from(units.flatMap((one) => [0, 0, 0, 1, ...one]));
const last = { width: 64, height: 48, codec: "avc1.42c00a" };

test("a key frame has its parameter sets, and what follows has the size that it says", () => {
  const key = lookAt("key", unit(sps, pps, idr), undefined);
  expect(key).toMatchObject({ type: "video/h264", key: true, codec: "avc1.42c00a" });
  expect(lookAt("delta", unit(slice), last)).toEqual({ type: "video/h264", key: false, ...last });
});

test("what is no frame, or is called by another kind, is refused", () => {
  const refused: Parameters<typeof lookAt>[] = [
    ["key", unit(idr), last],
    ["key", unit(sps, idr), last],
    ["key", unit(sps, pps, slice), last],
    ["key", unit(sps, pps, idr, [0x1f, 1]), last],
    ["delta", unit(sps, pps, idr), last],
    ["delta", unit(slice), undefined],
    ["delta", Uint8Array.from(slice), last],
    ["delta", new Uint8Array(), last],
    ["jpeg", unit(sps, pps, idr), last],
    ["jpeg", Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), last],
  ];
  for (const [kind, data, before] of refused) expect([kind, lookAt(kind, data, before)]).toEqual([kind, expect.stringMatching(/^(is|has|needs) /)]);
});
