import { describe, expect, test } from "bun:test";
import { BadInput, lineParser } from "../../../src/format/input.ts";
import { envelopeJson, toEnvelope } from "../../../src/format/json.ts";
import { parseEnvelope } from "../../../src/format/json-input.ts";
import { record } from "../records.ts";

const bytes = (text: string) => Buffer.from(text);

describe("a line", () => {
  const read = (line: string, options: Partial<Parameters<typeof lineParser>[0]> = {}) => {
    const { key, value } = lineParser({ key: null, keyDelimiter: undefined, emptyIsNull: false, ...options })(bytes(line));
    return [key, value].map((part) => (part === null ? null : Buffer.from(part).toString()));
  };

  test.each([
    ["v", {}, [null, "v"]],
    ["", {}, [null, ""]],
    ["", { emptyIsNull: true }, [null, null]],
    ["v", { key: bytes("k") }, ["k", "v"]],
    ["a:b:c", { keyDelimiter: bytes(":") }, ["a", "b:c"]],
    ["a::c", { keyDelimiter: bytes("::") }, ["a", "c"]],
    [":", { keyDelimiter: bytes(":") }, ["", ""]],
    [":", { keyDelimiter: bytes(":"), emptyIsNull: true }, [null, null]],
    ["v", { keyDelimiter: bytes(":"), key: bytes("k") }, ["k", "v"]],
  ] as const)("%p with %p", (line, options, expected) => expect(read(line, options)).toEqual([...expected]));

  test("without the delimiter that it should have is none", () => {
    expect(() => read("v", { keyDelimiter: bytes("\t") })).toThrow(new BadInput('has no key delimiter "\\t"'));
  });
});

describe("an envelope", () => {
  test.each([null, bytes(""), bytes('"\\\n\u{1f600}é'), Buffer.from([0xff]), Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xd8, 0xff])])(
    "of %p comes back exactly",
    (content) => {
      const original = record({
        partition: 3,
        key: content,
        value: content,
        headers: [
          { name: "h", value: content },
          { name: "h", value: bytes("2") },
        ],
      });
      const { partition, timestampMs, key, value, headers } = original;
      expect(parseEnvelope(bytes(JSON.stringify(toEnvelope(original))))).toEqual({ partition, timestampMs, key, value, headers });
    },
  );

  test.each([-5n, -(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n, 1795859469000000000n, 1n])("keeps every digit of the time %p", (time) => {
    const exact = BigInt(Number(time)) !== time || !Number.isSafeInteger(Number(time));
    const given = record({ timestampMs: Number(time), ...(exact && { exactTimestampMs: time }) });
    const line = envelopeJson(given);
    expect(line).toContain(`"timestamp":${time},`);
    expect(BigInt(parseEnvelope(bytes(line.replace('"value":null', '"value":"\\"timestamp\\":1"'))).timestampMs ?? 0)).toBe(time);
  });

  test("needs no more than a value", () => {
    expect(parseEnvelope(bytes('{"value":null}'))).toEqual({ key: null, value: null, headers: [], partition: undefined, timestampMs: undefined });
    expect(parseEnvelope(bytes('{"value":"v","timestamp":null}')).timestampMs).toBe(-1);
  });

  test.each([
    ["", "is no JSON: "],
    ['{"value":"v"', "is no JSON: "],
    ["[1]", "is no JSON object"],
    ['{"key":"k"}', 'has no "value"'],
    ['{"value":"v","kye":"k"}', 'has a field "kye"'],
    ['{"value":1}', 'has a "value" that is neither a string nor null'],
    ['{"value":"\\ud800"}', 'has a "value" with half a character'],
    ['{"value":"!!!!","encoding":{"value":"base64"}}', 'has a "value" that is no base64'],
    ['{"value":"YQ","encoding":{"value":"base64"}}', 'has a "value" that is no base64'],
    ['{"value":"a","encoding":{"value":"hex"}}', 'has an encoding of "value"'],
    ['{"value":"v","timestamp":"now"}', 'has a "timestamp"'],
    ['{"value":"v","timestamp":9223372036854775808}', 'has a "timestamp"'],
    ['{"value":"v","timestamp":1.5}', 'has a "timestamp"'],
    ['{"value":"v","partition":-1}', 'has a "partition"'],
    ['{"value":"v","headers":{"a":"b"}}', 'has "headers" that are no array'],
    ['{"value":"v","headers":[{"name":"a"}]}', 'has no "value" in its header "a"'],
  ])("%s is refused, and why is said", (line, why) => {
    expect(() => parseEnvelope(bytes(line))).toThrow(BadInput);
    expect(() => parseEnvelope(bytes(line))).toThrow(why);
  });
});
