import { expect, test } from "bun:test";
import { ansiSequences, finder, legible, unescaped } from "../../../src/format/visible-text.ts";

test.each([
  ["zoë", '{"name":"Zo\\u00eb"}', true],
  ["ZOË", '{"name":"Zo\\u00EB"}', true],
  ["zoë", '{"name":"Zoe\u0308"}', true],
  ["Zoe\u0308", '{"name":"Zo\\u00eb"}', true],
  ["\\u00eb", '{"name":"Zo\\u00eb"}', true],
  ["😀", '{"mood":"\\ud83d\\uDE00"}', true],
  ['said "no"', '{"text":"said \\"no\\""}', true],
  ["a/b", '{"path":"a\\/b"}', true],
  ["error: disk", "\u001b[1;31merror\u001b[0m: disk", true],
  ["error: disk", '{"m":"\\u001b[1;31merror\\u001b[0m: disk"}', true],
  // Windows' paths are text, and no escapes of JSON; they are found as they are.
  ["c:\\users", "C:\\Users\\kt", true],
  ["zoe", '{"name":"Zo\\u00eb"}', false],
])("%p in %p", (wanted, text, found) => {
  expect(finder(wanted)(text)).toBe(found);
});

test("an escaped backslash is none before what follows it", () => {
  expect(unescaped("\\\\u00eb \\u00eb")).toBe("\\u00eb ë");
  expect(legible('"\\\\u00eb \\u00eb \\u65e5 \\ud83d\\ude00 \\n \\" \\u0022 \\u202e \\ud83d"')).toBe('"\\\\u00eb ë 日 😀 \\n \\" \\u0022 \\u202e \\ud83d"');
});

test("sequences of terminals end where ECMA-48 has it, also where the text is cut off", () => {
  const text = "a\u001b[31mb\u001b[0;1;38;5;208mc\u001b[2Kd\u001b]0;title\u0007e\u001b]8;;http://x\u001b\\f\u001b(Bg\u001b[3";
  expect(text.replaceAll(ansiSequences(), "")).toBe("abcdefg");
});
