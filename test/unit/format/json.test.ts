import { describe, expect, test } from "bun:test";
import { type Encoding, type RecordEnvelope, toEnvelope } from "../../../src/format/json.ts";
import type { KafkaRecord } from "../../../src/record.ts";
import { record } from "../records.ts";

/** What a program makes of a line. */
function decode(line: string): KafkaRecord {
  const envelope: RecordEnvelope = JSON.parse(line);
  const bytes = (text: string | null, encoding: Encoding) => (text === null ? null : Buffer.from(text, encoding));
  return {
    topic: envelope.topic,
    partition: envelope.partition,
    offset: envelope.offset,
    timestampMs: envelope.timestamp ?? -1,
    key: bytes(envelope.key, envelope.encoding.key),
    value: bytes(envelope.value, envelope.encoding.value),
    headers: envelope.headers.map(({ name, value, encoding }) => ({ name, value: bytes(value, encoding) })),
  };
}

const there = (original: KafkaRecord) => toEnvelope(original);
const back = (original: KafkaRecord) => decode(JSON.stringify(toEnvelope(original)));

test("text is text", () => {
  expect(there(record({ topic: "scores", partition: 2, offset: 2 ** 40, key: Buffer.from("kö"), value: Buffer.from('{"a":1}') }))).toEqual({
    topic: "scores",
    partition: 2,
    offset: 2 ** 40,
    timestamp: 1_700_000_000_000,
    key: "kö",
    value: '{"a":1}',
    headers: [],
    encoding: { key: "utf8", value: "utf8" },
  });
});

test("what is not UTF-8 is base64, and says so, each part for itself", () => {
  const envelope = there(record({ key: Buffer.from("door"), value: Buffer.from([0xff, 0xd8, 0xff]), headers: [{ name: "h", value: Buffer.from([0xc3]) }] }));
  expect(envelope).toMatchObject({ key: "door", value: "/9j/", encoding: { key: "utf8", value: "base64" } });
  expect(envelope.headers).toEqual([{ name: "h", value: "ww==", encoding: "base64" }]);
});

describe("nothing is lost", () => {
  const contents = {
    null: null,
    empty: Buffer.alloc(0),
    "a text with every trap of JSON": Buffer.from('"\\\n\r\t\0\u2028\u{1f600}é'),
    "a byte order mark": Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
    "half a character": Buffer.from([0x61, 0xe2, 0x82]),
    "a surrogate in UTF-8's clothes": Buffer.from([0xed, 0xa0, 0x80]),
    "the replacement character itself": Buffer.from("\ufffd"),
    "every byte": Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    "a view into larger bytes": Buffer.from("before\xff after", "latin1").subarray(3, 9),
  };

  test.each(Object.entries(contents))("of %s, as key, value and header", (_, bytes) => {
    const original = record({ key: bytes, value: bytes, headers: [{ name: "h", value: bytes }] });
    expect(back(original)).toEqual(original);
  });

  test("of headers of the same name, in order", () => {
    const headers = ["b1", "a2", "b1", "b3"].map((text) => ({ name: text.slice(0, 1), value: Buffer.from(text.slice(1)) }));
    const original = record({ headers });
    expect(back(original).headers).toEqual(headers);
  });

  test("of the time, and of there being none", () => {
    expect(there(record({ timestampMs: 0 })).timestamp).toBe(0);
    expect(there(record({ timestampMs: -1 })).timestamp).toBeNull();
  });
});
