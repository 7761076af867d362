import { expect, test } from "bun:test";
import { PageWork } from "../../../src/http/socket/page-work.ts";

test("nothing is begun while the socket is full, and all of it once there is room", async () => {
  let room = false;
  const work = new PageWork(() => room);
  let begun = 0;
  const done = Promise.all([1, 2, 3].map(() => work.run(async () => ++begun)));
  await Bun.sleep(1);
  expect(begun).toBe(0);
  room = true;
  work.drained();
  expect(await done).toEqual([1, 2, 3]);
});

test("of those who wait for room each takes its part before the next one looks", async () => {
  let buffered = 5;
  let most = 0;
  const work = new PageWork(() => buffered <= 4);
  const send = () => {
    buffered += 3;
    most = Math.max(most, buffered);
  };
  const sent = Promise.all(Array.from({ length: 16 }, () => work.whenRoom(send)));
  for (let rounds = 0; rounds < 16; rounds++) {
    await Bun.sleep(1);
    buffered = 0;
    work.drained();
  }
  await sent;
  expect(most).toBeLessThanOrEqual(4 + 3);
});

test("with the page goes what it waits for, and what is under way hears of it", async () => {
  const work = new PageWork(() => true);
  const ends: string[] = [];
  const asked = Array.from({ length: 100 }, (_, i) =>
    work
      .run(async (signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        ends.push(`${i} stopped`);
      })
      .catch(() => "never begun"),
  );
  await Bun.sleep(1);
  work.close();
  const answers = await Promise.all(asked);
  expect(ends.length).toBe(answers.filter((answer) => answer === undefined).length);
  expect(ends.length).toBeWithin(1, 33);
  expect(answers.filter((answer) => answer === "never begun").length).toBe(100 - ends.length);
});

test("what one page asks for has an end", async () => {
  const work = new PageWork(() => false);
  const refused: unknown[] = [];
  for (let i = 0; i < 2000; i++) work.run(async () => {}).catch((error) => refused.push(error.code));
  await Bun.sleep(1);
  expect(refused.length).toBeWithin(900, 1000);
  expect(new Set(refused)).toEqual(new Set(["busy"]));
});

test("what is withdrawn stops, or is never begun, without a word; what else was asked for goes on", async () => {
  const work = new PageWork(() => true);
  const heard: number[] = [];
  const until = (request: number) =>
    work.answer(request, (signal) => {
      return new Promise((_, reject) => {
        heard.push(request);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    });
  const asked = Array.from({ length: 20 }, (_, request) => until(request));
  await Bun.sleep(1);
  const begun = heard.length;
  expect(begun).toBeLessThan(20);
  // The first is under way, the last waits for its turn.
  work.withdraw(0);
  work.withdraw(19);
  work.withdraw(77);
  await Promise.all([asked[0], asked[19]]);
  await Bun.sleep(1);
  expect(heard).toHaveLength(begun + 1);
  expect(heard).not.toContain(19);
  await expect(new PageWork(() => true).answer(0, async () => Promise.reject(new Error("no log")))).rejects.toThrow("no log");
  work.close();
  expect((await Promise.allSettled(asked)).filter(({ status }) => status === "rejected")).toHaveLength(18);
});
