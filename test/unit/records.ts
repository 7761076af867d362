/** Records and pictures for tests, with only what a test is about spelled out. */
import type { Picture } from "../../src/hub/picture.ts";
import type { Header, KafkaRecord } from "../../src/record.ts";

export function record(fields: Partial<KafkaRecord> = {}): KafkaRecord {
  return { topic: "t", partition: 0, offset: 0, timestampMs: 1_700_000_000_000, key: null, value: null, headers: [], ...fields };
}

export function headers(texts: Record<string, string>): Header[] {
  return Object.entries(texts).map(([name, text]) => ({ name, value: Buffer.from(text) }));
}

/** The least that is taken for a JPEG, told apart by its last byte. */
export const jpeg = (last = 0) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, last]);
export const png = (last = 0) => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, last]);

/** An access unit of H.264 as far as kt looks into one: a start code, and the header of its first unit. */
const unit = (header: number, last: number) => Buffer.from([0, 0, 0, 1, header, last]);
/** Baseline, 640x480. */
const sps = Buffer.from("000000016742001e95a8280f64", "hex");
export const h264Key = (last = 0) => Buffer.concat([sps, unit(0x68, 0), unit(0x65, last)]);
export const h264Delta = (last = 0) => unit(0x41, last);

export function picture(fields: Partial<Picture> = {}): Picture {
  return {
    key: "door",
    type: "image/jpeg",
    partition: 0,
    offset: 0,
    timestampMs: 1_700_000_000_000,
    data: jpeg(),
    keyFrame: true,
    end: false,
    run: "",
    sequence: null,
    ptsUs: null,
    reorderUs: 0,
    width: null,
    height: null,
    byKt: false,
    ...fields,
  };
}
