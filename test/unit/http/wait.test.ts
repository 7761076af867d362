/** Waiting with an end: "late" comes in its time, again and again, and what comes is never lost. */
import { expect, spyOn, test } from "bun:test";
import { orAfter, orAfterEach } from "../../../src/http/wait.ts";

test("what comes in time comes, and what fails fails", async () => {
  const wait = orAfterEach<number>(60_000);
  expect(await wait(Promise.resolve(1))).toBe(1);
  expect(await wait(Bun.sleep(5).then(() => 2))).toBe(2);
  await expect(wait(Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  expect(await wait(Promise.resolve(3))).toBe(3);
});

test("one thing is waited for again and again, and comes all the same", async () => {
  const wait = orAfterEach(20);
  const { promise, resolve } = Promise.withResolvers<string>();
  expect([await wait(promise), await wait(promise), await wait(promise)]).toEqual(["late", "late", "late"]);
  resolve("there");
  expect(await wait(promise)).toBe("there");
  expect(await wait(new Promise(() => {}))).toBe("late");
});

test("each is given the whole time, however soon the one before it came", async () => {
  const ms = 200;
  const wait = orAfterEach(ms);
  // The timer of this one goes off while the next is waited for.
  await wait(Bun.sleep(150));
  const began = performance.now();
  expect(await wait(new Promise(() => {}))).toBe("late");
  expect(performance.now() - began).toBeGreaterThan(ms - 5);
});

test("what comes while nobody waits is told to who waits next, and what was given up disturbs nobody", async () => {
  const wait = orAfterEach<string>(20);
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  expect(await wait(first.promise)).toBe("late");
  first.resolve("first");
  await Bun.sleep(1);
  expect(await wait(first.promise)).toBe("first");
  expect(await wait(new Promise(() => {}))).toBe("late");
  const given = wait(second.promise);
  second.reject(new Error("gone"));
  await expect(given).rejects.toThrow("gone");
});

test("what does not come is listened to once, however often it is waited for", async () => {
  const wait = orAfterEach<string>(1);
  const never = new Promise<string>(() => {});
  const listening = spyOn(never, "then");
  for (let times = 0; times < 20; times++) expect(await wait(never)).toBe("late");
  expect(listening).toHaveBeenCalledTimes(1);
});

test("once is the same", async () => {
  expect(await orAfter(Promise.resolve(1), 60_000)).toBe(1);
  expect(await orAfter(new Promise(() => {}), 5)).toBe("late");
});
