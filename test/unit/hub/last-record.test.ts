import { describe, expect, test } from "bun:test";
import { type Chunk, ChunkedLog } from "../../../src/hub/log/chunks.ts";
import { lastRecordOf } from "../../../src/hub/topics/last-record.ts";
import { headers, jpeg, record } from "../records.ts";

/** A log that makes its records when they are asked for, and counts them. */
class Endless extends ChunkedLog {
  read = 0;
  readonly #key: (offset: number) => string;
  readonly #high: number;

  constructor(high: number, key: (offset: number) => string) {
    super();
    this.#high = high;
    this.#key = key;
  }

  override async chunk(_topic: string, _partition: number, offset: number, before = 0): Promise<Chunk> {
    const [start, end] = [Math.max(0, offset - before), Math.min(this.#high, Math.max(offset + 1, offset - before + 64))];
    this.read += end - start;
    const records = Array.from({ length: end - start }, (_, i) => this.#record(start + i));
    return { start, end, records, unreadable: [], bytes: 0, atEnd: end === this.#high };
  }

  #record(offset: number) {
    const key = this.#key(offset);
    if (!key.endsWith(" ends")) return record({ key: Buffer.from(key), value: jpeg(), offset });
    return record({ key: Buffer.from(key.slice(0, -" ends".length)), value: Buffer.alloc(0), offset, headers: headers({ "kt-end": "1", "kt-run": "1" }) });
  }
}

const seen = { topic: "t", key: "dead", partition: 0, offset: 160 };

describe("the last record of a stream", () => {
  test("is found among millions of others, and little is read", async () => {
    for (const last of [160, 176, 1_000_000 - 16 * 7, 2_345_600]) {
      const log = new Endless(3_000_000, (offset) => (offset % 16 === 0 && offset <= last ? "dead" : `cam${offset % 16}`));
      const found = await lastRecordOf(log, seen, seen.offset + 1, 3_000_000);
      expect([last, found?.picture.offset, found?.end]).toEqual([last, last - (last % 16), undefined]);
      expect(log.read).toBeLessThan(10_000);
    }
  });

  test("that says that its source ended comes with the picture before it", async () => {
    const log = new Endless(200_000, (offset) => (offset === 5000 ? "dead ends" : offset % 20 === 0 && offset < 5000 ? "dead" : `cam${offset % 7}`));
    const found = await lastRecordOf(log, seen, seen.offset + 1, 200_000);
    expect([found?.picture.offset, found?.end?.offset]).toEqual([4980, 5000]);
  });

  test("of one that is slow is found near the end", async () => {
    const log = new Endless(100_000, (offset) => (offset === 160 || offset === 99_800 ? "dead" : "cam"));
    expect((await lastRecordOf(log, seen, seen.offset + 1, 99_968))?.picture.offset).toBe(99_800);
  });

  test("is none where the log has lost it", async () => {
    const log = new Endless(10_000, () => "cam");
    expect(await lastRecordOf(log, seen, seen.offset + 1, 10_000)).toBeUndefined();
  });
});
