import { describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { ByteWriter } from "../../../src/format/byte-writer.ts";
import { toEnvelope } from "../../../src/format/json.ts";
import { writeEnvelope } from "../../../src/format/json-writer.ts";
import { compileTemplate } from "../../../src/format/template.ts";
import { parseTemplate } from "../../../src/format/template-parts.ts";
import type { RecordBatch } from "../../../src/kafka/batch.ts";
import { batchOf, type Entry } from "../batches.ts";

const bytes = (text: string) => Buffer.from(text);

function rendered(template: string, batch: RecordBatch, nullText = ""): Buffer {
  const out = new ByteWriter();
  const write = compileTemplate(parseTemplate(template), { nullText });
  for (let index = 0; index < batch.length; index++) write(batch, index, out);
  return Buffer.from(out.written);
}
const text = (template: string, entry: Entry = {}, nullText?: string) => rendered(template, batchOf(entry), nullText).toString();

const full: Entry = {
  topic: 1,
  partition: 3,
  offset: 2 ** 40 + 7,
  timestampMs: 1_700_000_000_123,
  key: bytes("k1"),
  value: bytes("größer"),
  headers: [
    ["a", bytes("1")],
    ["b", null],
    ["a", bytes("")],
  ],
};

describe("kcat's tokens", () => {
  test.each([
    ["%t [%p] at offset %o: key %k: %s\\n", "cameras [3] at offset 1099511627783: key k1: größer\n"],
    ["%K %S %T", "2 8 1700000000123"],
    ["%h", "a=1,b=NULL,a="],
    ["100%% \\x41\\0101\\66\\q\\\\ \\r\\t", "100% AAB" + "q\\ \r\t"],
    ["", ""],
    ["no token", "no token"],
  ])("%s", (template, expected) => expect(text(template, full)).toBe(expected));

  test("%R is the size in four bytes, of a null -1", () => {
    expect(rendered("%R", batchOf(full, {}))).toEqual(Buffer.from([0, 0, 0, 8, 255, 255, 255, 255]));
  });

  test("null is told from empty by size, and by what stands for it", () => {
    expect(text("%K %S [%k] [%s]", { value: bytes("") })).toBe("-1 0 [] []");
    expect(text("[%k] [%s]", { value: bytes("") }, "NULL")).toBe("[NULL] []");
  });

  test("lines of values have an empty one for null, and nothing of what the batch left out", () => {
    const batch = batchOf(
      { key: bytes("k"), value: bytes("one") },
      { value: null },
      { value: bytes("no") },
      { value: bytes("two"), headers: [["h", bytes("x")]] },
    );
    batch.filter((index) => index !== 2);
    expect(rendered("%s\\n", batch).toString()).toBe("one\n\ntwo\n");
  });

  test("bytes that are no text come out as they are", () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    expect(rendered("%k%s", batchOf({ key: all, value: all }))).toEqual(Buffer.concat([all, all]));
  });
});

describe("rpk's", () => {
  test.each([
    ["%v %V %H", "größer 8 3"],
    ["%v{hex}", "6772c3b6c39f6572"],
    ["%k{base64}", "azE="],
    ["%v{json}", '"größer"'],
    ["%T{rfc3339} %d{s} %T{ms}", "2023-11-14T22:13:20.123Z 1700000000 1700000000123"],
    ["%p{hex16} %o{hex4}", "0003 7"],
    ["%p{big16}%p{little32}%p{byte}", "\0\x03\x03\0\0\0\x03"],
    ["%h{<%k:%v{hex}>}", "<a:31><b:><a:>"],
    ["%h{%k %V%}\\n}", "a 1}\nb -1}\na 0}\n"],
    ["%{%t%}", "{cameras}"],
  ])("%s", (template, expected) => expect(text(template, full)).toBe(expected));

  test("%i counts what is printed", () => expect(rendered("%i ", batchOf({}, {}, {})).toString()).toBe("1 2 3 "));

  test("JSON put together in a template is JSON", () => {
    const line = text('{"key":%k{json},"value":%v{json},"headers":%h{json}}', { ...full, key: null, value: bytes('"\\\n\u0001') });
    expect(JSON.parse(line)).toMatchObject({ key: null, value: '"\\\n\u0001', headers: [{ name: "a" }, { value: null }, { value: "" }] });
  });
});

describe("{unpack[…]}", () => {
  const packed: Entry = { value: Buffer.from([0xff, 0xfe, 0xff, 0xff, 0xff, 0xfd, 0x80, 0, 0, 0, 0, 0, 0, 1, 0x41, 0, 0x42]) };
  test.each([
    ["b B", "-1 254"],
    ["h i q", "-2 -3 -9223372036854775807"],
    ["H I Q", "65534 4294967293 9223372036854775809"],
    ["<h i >H", "-257 -33554433 32768"],
    ["<hiQ", "-257-3355443372057594037928064"],
    ["hiqcs$", "-2-3-9223372036854775807A\0B"],
    ["hiqc.", "-2-3-9223372036854775807A\0"],
    ["h", "-2"],
  ])("%s", (letters, expected) => expect(text(`%v{unpack[${letters}]}`, packed)).toBe(expected));

  test("null is null, and an empty value has nothing to unpack", () => {
    expect(text("%v{unpack[i]}|", { value: null }, "NULL")).toBe("NULL|");
    expect(text("%v{unpack[$]}|", { value: bytes("") })).toBe("|");
  });

  test.each([
    ["%v{unpack[qqi]}", "The value ends before the 4 bytes of 'i'"],
    ["%k{unpack[b]}", "The key ends before the 1 byte of 'b'"],
    ["%v{unpack[hiqc$]}", "The value goes on for 2 bytes where '$' wants its end"],
  ])("%s is more, or less, than there is", (template, message) => {
    expect(() =>
      text(template, { ...packed, key: bytes(""), value: Buffer.from(packed.value as Uint8Array).subarray(0, template.includes("$") ? 17 : 16) }),
    ).toThrow(message);
  });
});

describe("a wrong template is refused with what there is", () => {
  test.each([
    ["%q", "-f has no token %q. It has %t topic"],
    ["a%", "-f ends with a lone %."],
    ["%v{hex", "-f has a brace that is not closed: {hex"],
    ["%v{hexx}", "-f: %v takes {hex}, {base64}, {json} or {unpack[…]}, not {hexx}."],
    ["%v{unpack[ix]}", "-f: {unpack[ix]} has a letter 'x' that there is not. There are b B,"],
    ["%T{soon}", "-f: %T takes {rfc3339}, {ms} or {s}, not {soon}."],
    ["%t{hex}", "-f: %t takes no {hex}."],
    ["%h{%t}", "-f: within %h{…} there is no token %t."],
  ])("%s", (template, sentence) => {
    const error = (() => {
      try {
        compileTemplate(parseTemplate(template), { nullText: "" });
      } catch (thrown) {
        return KtError.from(thrown);
      }
    })();
    expect(error?.exitCode).toBe(2);
    expect(error?.sentence).toStartWith(sentence);
  });
});

describe("a line of JSON is what JSON.stringify makes of the envelope", () => {
  const long = "x".repeat(20_000);
  test.each([
    null,
    bytes(""),
    bytes('"\\\n\r\t\b\f\0\u001f\u007f\u2028\u{1f600}é'),
    bytes(`${long}é${long}"${long}`),
    Buffer.concat([bytes(long), Buffer.from([0xe2, 0x82])]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
    Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  ])("of %p", (content) => {
    const batch = batchOf(
      {
        ...full,
        key: content,
        value: content,
        headers: [
          ["h", content],
          ['ä"', bytes("v")],
          ["h", content],
        ],
      },
      { timestampMs: -1 },
    );
    const out = new ByteWriter();
    for (let index = 0; index < batch.length; index++) {
      out.clear();
      writeEnvelope(batch, index, out);
      expect(out.written.toString()).toBe(JSON.stringify(toEnvelope(batch.record(index))));
    }
  });
});
