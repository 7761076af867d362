import { describe, expect, test } from "bun:test";
import type { RecordBatch } from "../../../src/kafka/batch.ts";
import { countDeliveries, type Delivery, type PackedRecord, RecordPacker } from "../../../src/kafka/produce/packer.ts";
import { batchOf, Writer } from "../batches.ts";

/** And the other way. */
class Scanner {
  #at = 0;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }
  #move(bytes: number): number {
    this.#at += bytes;
    return this.#at - bytes;
  }
  u16 = () => this.#bytes.readUInt16LE(this.#move(2));
  u32 = () => this.#bytes.readUInt32LE(this.#move(4));
  i32 = () => this.#bytes.readInt32LE(this.#move(4));
  i64 = () => Number(this.#bytes.readBigInt64LE(this.#move(8)));
  text(length: number): string | null {
    return length < 0 ? null : this.#bytes.toString("utf8", this.#move(length), this.#at);
  }
}

const bytes = (text: string) => Buffer.from(text);

describe("records for the addon", () => {
  /** By the layout that native/packed_producer.cc states. */
  function unpack(packer: RecordPacker) {
    const scan = new Scanner(packer.bytes.subarray(0, packer.length));
    const records = [];
    while (!scan.ended) {
      const [topicIndex, partition, timestampMs, keyLength, valueLength, headerBytes, headerCount] = [
        scan.u32(),
        scan.i32(),
        scan.i64(),
        scan.i32(),
        scan.i32(),
        scan.u32(),
        scan.u32(),
      ];
      const [key, value] = [scan.text(keyLength), scan.text(valueLength)];
      let counted = 0;
      const headers = Array.from({ length: headerCount }, () => {
        const [nameLength, length] = [scan.u16(), scan.i32()];
        counted += 6 + nameLength + Math.max(0, length);
        return [scan.text(nameLength), scan.text(length)];
      });
      expect(headerBytes).toBe(counted);
      records.push({ topicIndex, partition, timestampMs, key, value, headers });
    }
    return records;
  }

  const plain: PackedRecord = { topicIndex: 0, partition: -1, timestampMs: 0, key: null, value: null, headers: [] };

  test("have their fields where the addon reads them", () => {
    const packer = new RecordPacker();
    packer.add({ topicIndex: 3, partition: 7, timestampMs: 1_700_000_000_123, key: bytes("k"), value: bytes("välue"), headers: [] });
    packer.add({ ...plain, timestampMs: -1_500_000_000_001 });
    expect(unpack(packer)).toEqual([
      { topicIndex: 3, partition: 7, timestampMs: 1_700_000_000_123, key: "k", value: "välue", headers: [] },
      { topicIndex: 0, partition: -1, timestampMs: -1_500_000_000_001, key: null, value: null, headers: [] },
    ]);
  });

  test("keep null and empty apart, in key, value and headers", () => {
    const packer = new RecordPacker();
    packer.add({ ...plain, key: Buffer.alloc(0), headers: [{ name: "h", value: null }] });
    packer.add({ ...plain, value: Buffer.alloc(0), headers: [{ name: "h", value: Buffer.alloc(0) }] });
    expect(unpack(packer)).toMatchObject([
      { key: "", value: null, headers: [["h", null]] },
      { key: null, value: "", headers: [["h", ""]] },
    ]);
  });

  test("keep headers of the same name, in order", () => {
    const packer = new RecordPacker();
    const headers = ["a=1", "b=2", "a=1", "ä=3"].map((pair) => ({ name: pair.slice(0, -2), value: bytes(pair.slice(-1)) }));
    packer.add({ ...plain, headers });
    expect(unpack(packer)[0]?.headers).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["a", "1"],
      ["ä", "3"],
    ]);
  });

  test("outgrow the first buffer, by one large or by many small, and lose nothing", () => {
    const packer = new RecordPacker();
    const first = packer.bytes.length;
    packer.add({ ...plain, key: bytes("before") });
    packer.add({ ...plain, value: Buffer.alloc(3 * first, "x") });
    for (let i = 0; i < 20_000; i++) packer.add({ ...plain, key: bytes(String(i)), headers: [{ name: "h", value: bytes("v") }] });
    const records = unpack(packer);
    expect(records).toHaveLength(20_002);
    expect(records[0]?.key).toBe("before");
    expect(records[1]?.value).toBe("x".repeat(3 * first));
    expect(records.slice(2).every(({ key }, i) => key === String(i))).toBe(true);
  });

  test("are counted from any record on", () => {
    const packer = new RecordPacker();
    expect(packer.count(0)).toBe(0);
    packer.add({ ...plain, key: bytes("key"), value: null, headers: [{ name: "h", value: null }] });
    const second = packer.length;
    packer.add({ ...plain, value: bytes("value") });
    packer.add(plain);
    expect(packer.count(0)).toBe(3);
    expect(packer.count(second)).toBe(2);
    expect(packer.count(packer.length)).toBe(0);
  });

  test("make room for the next ones when they are cleared", () => {
    const packer = new RecordPacker();
    packer.add({ ...plain, value: bytes("a long one, which must not shine through") });
    packer.clear();
    expect(packer.length).toBe(0);
    packer.add({ ...plain, value: bytes("b") });
    expect(unpack(packer)).toMatchObject([{ value: "b" }]);
  });
});

const texts = (batch: RecordBatch) => [...batch].map(({ value }) => (value === null ? null : Buffer.from(value).toString()));
const valued = (...values: string[]) => values.map((value) => ({ value: bytes(value) }));

describe("records from the addon", () => {
  test("have every field", () => {
    const batch = batchOf({
      topic: 1,
      partition: 5,
      offset: 12,
      timestampMs: 1_700_000_000_123,
      key: bytes("k"),
      value: bytes("v"),
      headers: [["ä", bytes("1")]],
    });
    expect([...batch]).toEqual([
      {
        topic: "cameras",
        partition: 5,
        offset: 12,
        timestampMs: 1_700_000_000_123,
        isLogAppendTime: false,
        key: bytes("k"),
        value: bytes("v"),
        headers: [{ name: "ä", value: bytes("1") }],
      },
    ]);
    expect([batch.length, batch.topic(0), batch.partition(0), batch.offset(0)]).toEqual([1, "cameras", 5, 12]);
  });

  test("keep null and empty apart, and headers of the same name in order", () => {
    const empty = Buffer.alloc(0);
    const [first, second] = [
      ...batchOf(
        { key: empty, value: null },
        {
          key: null,
          value: empty,
          headers: [
            ["a", null],
            ["b", bytes("2")],
            ["a", empty],
          ],
        },
      ),
    ];
    expect(first).toMatchObject({ key: empty, value: null, headers: [] });
    expect(second).toMatchObject({ key: null, value: empty });
    expect(second?.headers).toEqual([
      { name: "a", value: null },
      { name: "b", value: bytes("2") },
      { name: "a", value: empty },
    ]);
  });

  test.each([2 ** 31, 2 ** 32, 2 ** 32 + 5, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER])("have offset %d exactly", (offset) => {
    expect(batchOf({ offset }).record(0).offset).toBe(offset);
  });

  test.each([-1, -1_500_000_000_001, 0, 253_402_300_799_999])("have time %d exactly", (timestampMs) => {
    expect(batchOf({ timestampMs }).record(0).timestampMs).toBe(timestampMs);
  });

  test("do not mix with what the client says between them", () => {
    const batch = batchOf(
      { value: bytes("a") },
      { error: -191, topic: 1, partition: 2, offset: 2 ** 33, value: bytes("No more messages") },
      { value: bytes("b") },
    );
    expect(texts(batch)).toEqual(["a", "b"]);
    expect(batch.events).toEqual([{ code: -191, message: "No more messages", topic: "cameras", partition: 2, offset: 2 ** 33 }]);
  });

  test("may be none, with a client that says something without a sentence", () => {
    const batch = batchOf({ error: -195, value: null });
    expect(batch.length).toBe(0);
    expect(batch.events).toMatchObject([{ code: -195, message: "" }]);
  });

  test("can be filtered, again and again, and then have new numbers", () => {
    const batch = batchOf(...valued("a", "b", "c", "d"));
    batch.filter((index) => index !== 1);
    expect(texts(batch)).toEqual(["a", "c", "d"]);
    batch.filter((index) => index > 0);
    expect(texts(batch)).toEqual(["c", "d"]);
    expect(batch.length).toBe(2);
  });

  test("are as many as there are", () => {
    const values = Array.from({ length: 1000 }, (_, i) => `v${i}`);
    const batch = batchOf(...valued(...values));
    expect(texts(batch)).toEqual(values);
    expect(batch.runs()).toEqual([{ topic: "scores", partition: 0, from: 0, to: 1000 }]);
  });

  test("can be cut, never made more", () => {
    const batch = batchOf(...valued("a", "b", "c"));
    batch.truncate(5);
    expect(batch.length).toBe(3);
    batch.truncate(1);
    expect(texts(batch)).toEqual(["a"]);
    expect(() => batch.record(1)).toThrow(RangeError);
  });

  test("are told apart in stretches of one partition", () => {
    const of = (topic: number, partition: number) => ({ topic, partition });
    const batch = batchOf(of(0, 0), of(0, 0), { ...of(0, 0), error: -191 }, of(0, 0), of(0, 1), of(1, 1), of(0, 0));
    expect(batch.runs()).toEqual([
      { topic: "scores", partition: 0, from: 0, to: 3 },
      { topic: "scores", partition: 1, from: 3, to: 4 },
      { topic: "cameras", partition: 1, from: 4, to: 5 },
      { topic: "scores", partition: 0, from: 5, to: 6 },
    ]);
    batch.filter((index) => index !== 3 && index !== 4);
    expect(batch.runs()).toEqual([{ topic: "scores", partition: 0, from: 0, to: 4 }]);
    batch.truncate(3);
    batch.filter((index) => index !== 0);
    expect(batch.runs()).toEqual([{ topic: "scores", partition: 0, from: 0, to: 2 }]);
    expect(batchOf().runs()).toEqual([]);
  });
});

describe("deliveries", () => {
  const delivery = ({ sequence = 0, offset = 0, latencyUs = 0, error = 0, partition = 0 }) =>
    new Writer().i64(sequence).i64(offset).i64(latencyUs).i32(error).i32(partition).done;

  test("are counted, the failed ones by their reason", () => {
    const failures = new Map([[10, 1]]);
    const packed = Buffer.concat([0, 0, 10, -192, 10, 0].map((error) => delivery({ error })));
    expect(countDeliveries(packed, failures)).toBe(3);
    expect(failures).toEqual(
      new Map([
        [10, 3],
        [-192, 1],
      ]),
    );
  });

  test("are shown one by one", () => {
    const seen: Delivery[] = [];
    const packed = Buffer.concat([
      delivery({ sequence: 2 ** 32 + 1, offset: 2 ** 40, latencyUs: 2500, partition: 3 }),
      delivery({ sequence: 7, offset: -1001, error: 10, partition: -1 }),
    ]);
    countDeliveries(packed, new Map(), (one) => seen.push(one));
    expect(seen).toEqual([
      { sequence: 2 ** 32 + 1, offset: 2 ** 40, latencyMs: 2.5, errorCode: 0, partition: 3 },
      { sequence: 7, offset: -1001, latencyMs: 0, errorCode: 10, partition: -1 },
    ]);
  });

  test("may be none", () => {
    expect(countDeliveries(Buffer.alloc(0), new Map())).toBe(0);
  });
});
