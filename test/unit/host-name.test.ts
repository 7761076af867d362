import { expect, test } from "bun:test";
import { hostName, isLoopback } from "../../src/host-name.ts";

test.each([
  ["KT.Example:8080", "kt.example"],
  ["kt.example.", "kt.example"],
  ["127.1", "127.0.0.1"],
  ["0x7f.0.0.1:5000", "127.0.0.1"],
  ["::1", "[::1]"],
  ["[0:0:0:0:0:0:0:1]:5000", "[::1]"],
  ["[2001:DB8::0:1]", "[2001:db8::1]"],
  ["münchen.example", "xn--mnchen-3ya.example"],
])("%s is %s", (text, name) => {
  expect(hostName(text)).toBe(name);
});

test.each([
  "",
  " ",
  ".",
  "a b",
  "[",
  "[::1",
  "h:99999",
  "h:x",
  "a/b",
  "a\\b",
  "a?b",
  "a#b",
  "me@kt.example",
  "*.example",
  "http://kt.example",
  "a%zz",
  "a, b",
  "\xff:1:2",
])("'%s' is no name", (text) => {
  expect(hostName(text)).toBeUndefined();
});

test("what always leads to this machine is told from what only looks like it", () => {
  const here = ["127.0.0.1", "127.8.9.1", "127.1", "localhost", "LOCALHOST.", "kt.localhost:1", "::1", "[::1]", "::ffff:127.0.0.1", "127.0.0.1."];
  const elsewhere = ["0.0.0.0", "0", "::", "192.0.2.1", "127.0.0.1.example", "localhost.example", "notlocalhost", "::ffff:192.0.2.1", "", "[::1", "1270.0.0.1"];
  expect(here.filter((text) => !isLoopback(text))).toEqual([]);
  expect(elsewhere.filter(isLoopback)).toEqual([]);
});
