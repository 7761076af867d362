/** How fast tokens can be tried. */
import { expect, test } from "bun:test";
import { Guesses, placeOf } from "../../../src/http/access/guesses.ts";

/** So many of the tries come from each of the addresses at once. @returns how long each answer waits */
function tries(guesses: Guesses, addresses: string[], each: number, nowMs = 0): (number | undefined)[] {
  return addresses.flatMap((address) => Array.from({ length: each }, () => (guesses.isHeard(address, nowMs) ? guesses.wrong(address, nowMs) : undefined)));
}

test("a first mistake is answered at once, and many in a row ten a second", () => {
  const waits = tries(new Guesses(), ["10.0.0.1"], 50);
  expect(waits[0]).toBe(0);
  expect(waits[10]).toBe(1000);
  expect(waits.at(-1)).toBe(4900);
});

test("who does not wait for answers is not listened to any more, and others are", () => {
  const guesses = new Guesses();
  const heard = tries(guesses, ["10.0.0.1"], 100_000).filter((waitMs) => waitMs !== undefined);
  expect(heard.length).toBeLessThan(250);
  expect(guesses.isHeard("10.0.0.1", 0)).toBe(false);
  expect(guesses.isHeard("10.0.0.2", 0)).toBe(true);
  expect(guesses.isHeard("10.0.0.1", 60_000)).toBe(true);
});

test("whose right token was seen is listened to, whatever else comes from his address", () => {
  const guesses = new Guesses();
  guesses.right("10.0.0.1");
  tries(guesses, ["10.0.0.1"], 100_000);
  expect(guesses.isHeard("10.0.0.1", 0)).toBe(true);
  guesses.forget();
  expect(guesses.isHeard("10.0.0.1", 0)).toBe(false);
});

test("a thousand addresses together get fifty answers a second, and a new one is listened to all the same", () => {
  const guesses = new Guesses();
  const addresses = Array.from({ length: 5000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const waits = tries(guesses, addresses, 2);
  const within = (ms: number) => waits.filter((waitMs) => waitMs !== undefined && waitMs < ms).length;
  expect(within(1000)).toBeLessThanOrEqual(50);
  expect(within(1e9)).toBeLessThanOrEqual(1001);
  expect(guesses.isHeard("10.1.0.1", 0)).toBe(true);
});

test("a network of IPv6 is one address, and IPv4 is the same by either name", () => {
  expect(placeOf("2001:db8:1:2:3:4:5:6")).toBe(placeOf("2001:db8:1:2::9"));
  expect(placeOf("2001:db8::1")).not.toBe(placeOf("2001:db8:0:1::1"));
  expect(placeOf("::1")).toBe("0:0:0:0");
  expect(placeOf("::ffff:10.0.0.1")).toBe("10.0.0.1");
});
