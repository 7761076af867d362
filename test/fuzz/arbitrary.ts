/** Values near good ones: most of what chance makes of nothing is refused at the first byte. */
import fc from "fast-check";
import type { Header, KafkaRecord } from "../../src/record.ts";

type Edit = (bytes: Buffer<ArrayBuffer>) => Buffer<ArrayBuffer>;

const place = fc.nat(4096);
/** Numbers that lengths and counts go wrong by. */
const number = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]): Edit =>
      (bytes) => {
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      },
  ),
  fc.tuple(place, number).map(
    ([at, value]): Edit =>
      (bytes) => {
        if (bytes.length >= 4) bytes.writeUInt32BE(value, at % (bytes.length - 3));
        return bytes;
      },
  ),
  place.map(
    (at): Edit =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
  fc.tuple(place, fc.uint8Array({ maxLength: 16 })).map(
    ([at, more]): Edit =>
      (bytes) => {
        const cut = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, cut), more, bytes.subarray(cut)]);
      },
  ),
  fc.tuple(place, place).map(
    ([at, to]): Edit =>
      (bytes) =>
        Buffer.concat([bytes, bytes.subarray(at % (bytes.length + 1), to % (bytes.length + 1))]),
  ),
);

/** One of these with a few changes, or any bytes. */
export function bytesLike(...good: Uint8Array[]): fc.Arbitrary<Buffer<ArrayBuffer>> {
  const changed = fc
    .tuple(fc.constantFrom(...good), fc.array(edit, { maxLength: 4 }))
    .map(([bytes, edits]) => edits.reduce((now, change) => change(now), Buffer.from(bytes)));
  return fc.oneof({ weight: 5, arbitrary: changed }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) });
}

/** One of these with a few changes, two of them one behind the other, or any text. */
export function textLike(...good: string[]): fc.Arbitrary<string> {
  const changed = bytesLike(...good.map((text) => Buffer.from(text))).map((bytes) => bytes.toString());
  const joined = fc.tuple(fc.constantFrom(...good), fc.constantFrom("", " ", ",", "\0", "\n"), fc.constantFrom(...good)).map((parts) => parts.join(""));
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 1, arbitrary: joined }, { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 100 }) });
}

const maybe = (bytes: fc.Arbitrary<Buffer>) => fc.option(bytes, { nil: null });

/** With some of these headers, changed. */
export function recordLike(good: Header[], value: fc.Arbitrary<Buffer>): fc.Arbitrary<KafkaRecord> {
  const header = fc
    .constantFrom(...good)
    .chain(({ name, value: its }) =>
      fc.record({ name: fc.oneof(fc.constant(name), fc.string({ maxLength: 20 })), value: maybe(bytesLike(its ?? Buffer.alloc(0))) }),
    );
  return fc.record({
    topic: fc.constant("t"),
    partition: fc.nat(3),
    offset: fc.maxSafeNat(),
    timestampMs: fc.constantFrom(-1, 0, 1_700_000_000_000, Number.MAX_SAFE_INTEGER),
    key: maybe(textLike("door", "").map((text) => Buffer.from(text))),
    value: maybe(value),
    headers: fc.array(header, { maxLength: 8 }),
  });
}
