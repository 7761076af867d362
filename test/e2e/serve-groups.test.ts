/** kt serve: which consumer groups it moves. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, kt, ktOk, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const topic = uniqueName("groups");
beforeAll(async () => {
  await using folder = await tempFolder();
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--name", "a", "--fast", "--codec", "mjpeg"]);
});

/** A program that read three records, and runs no more. */
async function programGroup(name: string): Promise<string> {
  const group = uniqueName(name);
  await ktOk(["consume", topic, "--group", group, "-n", "3", "-f", "%o\\n"]);
  expect(await committed(group)).toBe(3);
  return group;
}

/** undefined where there is no such group. */
async function committed(group: string): Promise<number | undefined> {
  const { code, stdout } = await kt(["group", "describe", group, "--json"]);
  return code === 0 ? JSON.parse(stdout).partitions[0]?.committed : undefined;
}

const streamOf = (url: string, group: string) => `${url}/topics/${topic}/stream.mjpeg?group=${encodeURIComponent(group)}&speed=100`;
const refusal = async (url: string) => {
  const answer = await fetch(url);
  return [answer.status, await answer.text()];
};
const seen = (group: string, offset: number) => ({ type: "seen", group, topic, key: "a", spot: { partition: 0, offset, timestampMs: 0 } });
/** A place is written once a second. */
const untilWritten = () => Bun.sleep(2500);

test("a group that a program has read by stays where that stopped; a name of its own is moved", async () => {
  await using served = await serve();
  const [detector, view] = [await programGroup("detector"), uniqueName("view")];
  expect(await refusal(streamOf(served.url, detector))).toEqual([403, expect.stringMatching(/^Group 'detector-.+--groups\.\n$/)]);
  expect(await parts(streamOf(served.url, view), 20)).toHaveLength(20);
  await eventually(async () => ((await committed(view)) ?? 0) >= 20, "the place of the viewer is written");

  await using page = await openSocket(served.url);
  page.send(seen(detector, 40), seen(view, 60));
  page.send({ type: "place", request: 1, group: detector, topic, key: "a" });
  const failed = await page.waitFor(({ request }) => request === 1);
  expect(failed).toMatchObject({ type: "failed", message: expect.stringContaining("--groups") });
  await eventually(async () => (await committed(view)) === 61, "the page moves the viewer's place");
  page.send(seen(detector, 41));
  await using visited = await visit(`${served.url}/?group=${detector}#/${topic}/a`);
  await visited.page
    .getByRole("alert")
    .getByText(/Your place is not kept.+is that of a program/)
    .waitFor();
  await visited.page.keyboard.press("Home");
  await untilWritten();
  expect(await committed(detector)).toBe(3);
  expect(served.process.stderr.text.match(/Warning: group 'detector-/g)).toHaveLength(1);
});

test("a group that kt made is no longer moved once a program has read by it", async () => {
  await using served = await serve();
  const group = uniqueName("shared");
  expect(await parts(streamOf(served.url, group), 10)).toHaveLength(10);
  await eventually(async () => ((await committed(group)) ?? 0) >= 10, "the place is written");
  await ktOk(["consume", topic, "--group", group, "-n", "2", "-f", "%o\\n"]);
  const left = await committed(group);
  expect((await refusal(streamOf(served.url, group)))[0]).toBe(403);
  await using page = await openSocket(served.url);
  page.send(seen(group, 90));
  await untilWritten();
  expect(await committed(group)).toBe(left as number);
});

test("--groups names those that may be moved, whoever made them, and no other is", async () => {
  await using served = await serve(brokers, "--groups", "detector-*", "--groups", "exactly.this", "--groups", "^wall-[0-9a-f]+$");
  const detector = await programGroup("detector");
  expect(await parts(streamOf(served.url, detector), 20)).toHaveLength(20);
  await eventually(async () => ((await committed(detector)) ?? 0) >= 20, "the named group is moved");
  expect(await parts(streamOf(served.url, uniqueName("wall")), 1)).toHaveLength(1);
  expect(await parts(streamOf(served.url, "exactly.this"), 1)).toHaveLength(1);
  for (const other of [uniqueName("view"), "exactlyXthis", "exactly.this.one", "detector", "not-wall-1", "wall-z"])
    expect([other, ...(await refusal(streamOf(served.url, other)))]).toEqual([other, 403, expect.stringMatching(/not among those .+--groups\.\n$/)]);
  // What stands behind a NUL is not there for Kafka's client.
  for (const none of ["", `${detector}\0`, `exactly.this\0`, "exactly.this\n", "wall-".padEnd(300, "0")])
    expect([none, ...(await refusal(streamOf(served.url, none)))]).toEqual([none, 400, expect.stringContaining("The name of a group")]);
});

test("a group with members is not moved either, also where --groups names it", async () => {
  const group = uniqueName("busy");
  await using _member = startKt(["consume", topic, "--group", group]);
  await eventually(async () => (await committed(group)) !== undefined && (await committed(group)) !== null, "the member reads");
  await using served = await serve(brokers, "--groups", group);
  const before = await committed(group);
  await using page = await openSocket(served.url);
  for (const offset of [5, 6, 7]) {
    page.send(seen(group, offset));
    await untilWritten();
  }
  expect(await committed(group)).toBe(before as number);
  expect(served.process.stderr.text.match(/Warning: group 'busy-.+members/g)).toHaveLength(1);
});

test("what no pattern can be is said at the start", async () => {
  for (const [pattern, sentence] of [
    ["", "--groups must not be empty"],
    ["^(", "'^(' is no regular expression"],
  ] as const) {
    const { code, stderr } = await kt(["serve", "--groups", pattern]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  }
});
