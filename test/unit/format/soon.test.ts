/** What a server does with a record while others wait for it takes milliseconds, whatever the record is. */
import { expect, test } from "bun:test";
import { fieldsOf } from "../../../src/format/fields.ts";
import { isSoonParsed, parseSoon } from "../../../src/format/lenient-json.ts";
import { byField } from "../../../src/hub/data/latest.ts";
import { Sample } from "../../../src/hub/topics/sample.ts";
import { pictureIn } from "../../../src/video/formats/embedded-picture.ts";

const bytes = 16 << 20;
const many = (part: string) => part.repeat(bytes / part.length);
const large: [string, string][] = [
  ["numbers", `[${many("1,")}1]`],
  ["empty objects", `[${many("{},")}{}]`],
  ["empty strings", `[${many('"",')}""]`],
  ["NaN", `[${many("NaN,")}1]`],
  ["names", `{${Array.from({ length: 500_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`],
  ["escapes", `{"a":"${many("\\u0001")}"}`],
  ["brackets", many("[")],
  ["bytes that are no text", many("\x80")],
  ["brackets that are closed", `[${many(`${"[".repeat(500)}${"]".repeat(500)},`)}1]`],
];

/** Processor time of this thread, in ms: another program's turn does not count. */
function costMs(work: () => void): number {
  const { user } = process.cpuUsage();
  work();
  return (process.cpuUsage().user - user) / 1000;
}

test.each(large)("sixteen megabytes of %s", (_, text) => {
  const value = Buffer.from(text, text.startsWith("\x80") ? "latin1" : "utf8");
  const withPicture = Buffer.from(`["/9j/",${text}]`);
  // By the way of each record that comes, of a table, and of a chart. Before, some took ten seconds and more.
  const cost = costMs(() => {
    expect(pictureIn(withPicture)).toBeUndefined();
    expect(byField(["a"])({ key: () => null, value: () => value }, 0)).toBeUndefined();
    expect(fieldsOf(text)).toBeUndefined();
    const sample = new Sample();
    sample.add({ topic: "t", partition: 0, offset: 0, timestampMs: 0, key: null, value, headers: [] });
    expect(sample.describe({ kind: "empty" }).kind).toMatch(/json|text|binary/);
  });
  expect(cost).toBeLessThan(1500);
});

test("what people have is parsed: a large picture in base64, thousands of values", () => {
  const picture = `{"camera":"door","image":"${"abcd".repeat(900_000)}"}`;
  expect(byField(["camera"])({ key: () => null, value: () => Buffer.from(picture) }, 0)).toBe("door");
  expect(fieldsOf(JSON.stringify({ of: "a", vector: Array.from({ length: 8192 }, () => 0.12345) }))?.cells.get("of")).toBe("a");
  expect(isSoonParsed("")).toBe(true);
  expect(parseSoon("[9007199254740993]")).toEqual(["9007199254740993"]);
  expect(() => parseSoon(`[${"1,".repeat(30_000)}1]`)).toThrow(SyntaxError);
});
