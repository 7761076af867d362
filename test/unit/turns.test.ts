import { expect, test } from "bun:test";
import { Turns } from "../../src/turns.ts";

/** Work that goes on until it is told to end. */
function task() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: resolve };
}

test("so many at once, then one after the other in the order in which they came", async () => {
  const turns = new Turns(2);
  const tasks = [task(), task(), task(), task()];
  const begun: number[] = [];
  const done = tasks.map(({ work }, i) =>
    turns.take(() => {
      begun.push(i);
      return work();
    }),
  );
  await Bun.sleep(1);
  expect(begun).toEqual([0, 1]);
  tasks[1]?.end("b");
  expect(await done[1]).toBe("b");
  await Bun.sleep(1);
  expect(begun).toEqual([0, 1, 2]);
  tasks[0]?.end("a");
  await Bun.sleep(1);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("what fails gives its turn on", async () => {
  const turns = new Turns(1);
  const failed = turns.take(() => Promise.reject(new Error("no")));
  const next = turns.take(async () => "next");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("next");
});

test("who has gone gives up his place, and nobody else loses his", async () => {
  const turns = new Turns(1);
  const first = task();
  const taken = turns.take(first.work);
  const leaving = new AbortController();
  let begun = false;
  const left = turns.take(async () => {
    begun = true;
  }, leaving.signal);
  const stays = turns.take(async () => "stays");
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  await expect(turns.take(async () => {}, leaving.signal)).rejects.toThrow("gone");
  first.end("");
  await taken;
  expect([await stays, begun]).toEqual(["stays", false]);
});

test("where too many wait, whoever comes is sent away with a sentence; once there is room he is not", async () => {
  const turns = new Turns(1, { mostWaiting: 1, doing: "clips are being encoded" });
  const leave = await turns.enter();
  const waits = turns.enter();
  await expect(turns.enter()).rejects.toMatchObject({ code: "busy", message: "Too many clips are being encoded at the same time." });
  leave();
  leave();
  (await waits)();
  (await turns.enter())();
});
