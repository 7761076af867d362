/** kt serve: a camera that was silent for hours beside busier streams, by every path that goes through the log. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { OutgoingRecord } from "../../src/record.ts";
import { makeClip } from "./support/clips.ts";
import { ktOk, recordsOf, type Served, serve, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { decode } from "./support/probe.ts";
import { run } from "./support/process.ts";
import { hourMs, others, type TestRecord, write } from "./support/silence.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;
let topic: string;
/** 100 pictures, 4 s, a key frame each second. */
let source: string;
const firstMs = Math.floor((Date.now() - 3 * hourMs) / 1000) * 1000;
const secondMs = firstMs + 2.5 * hourMs;
const lengthMs = 4000;
const gapMs = firstMs + hourMs;
const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** The same pictures as another run that began then. */
function movedTo(records: Awaited<ReturnType<typeof recordsOf>>, startMs: number, name: string): TestRecord[] {
  const began = records[0]?.timestamp as number;
  return records.map(
    ({ value, timestamp, headers }): Omit<OutgoingRecord, "topic"> => ({
      partition: 0,
      key: Buffer.from("door"),
      value: Buffer.from(value ?? "", "base64"),
      timestampMs: startMs + (timestamp as number) - began,
      headers: headers.map((header) => ({ name: header.name, value: Buffer.from(header.name === "kt-run" ? name : (header.value ?? "")) })),
    }),
  );
}

beforeAll(async () => {
  folder = await tempFolder();
  source = await makeClip(`${folder.path}/source.mp4`, { encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "25"] });
  const made = uniqueName("once");
  await ktOk(["emit-video", `door=${source}`, "--topic", made, "--fast"]);
  const records = await recordsOf(made);
  topic = uniqueName("silence");
  await ktOk(["topic", "create", topic]);
  await write(topic, movedTo(records, firstMs, "a"), others(200_000, firstMs + lengthMs, secondMs), movedTo(records, secondMs, "b"));
  served = await serve();
}, 90_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const path = (rest: string) => `${served.url}/topics/${topic}/${rest}`;

test("a picture of a time in the gap is the one that was the last", async () => {
  const response = await fetch(path(`frame?key=door&at=${iso(gapMs)}`));
  expect([response.status, Number(response.headers.get("x-timestamp"))]).toEqual([200, firstMs + lengthMs - 40]);
});

test("moving pictures from a time in the gap begin with the next run", async () => {
  const leaving = new AbortController();
  const response = await fetch(path(`stream.mjpeg?key=door&from=@${iso(gapMs)}`), { signal: leaving.signal });
  const { value } = (await response.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).toString("latin1")).toContain(`X-Timestamp: ${secondMs}\r\n`);
  leaving.abort();
});

test("a clip from a time in the gap, or to one, is the run after it, or before", async () => {
  const pictures = await decode(source);
  for (const [from, to] of [
    [gapMs, secondMs + lengthMs],
    [firstMs, firstMs + hourMs - 1],
  ] as const) {
    const file = `${folder.path}/${from}.mp4`;
    const { code } = await run(["curl", "-sf", "-o", file, path(`clip.mp4?key=door&start=${iso(from)}&end=${iso(to)}`)]);
    expect([from, code]).toEqual([from, 0]);
    expect(await decode(file)).toEqual(pictures);
  }
  const nothing = await fetch(path(`clip.mp4?key=door&start=${iso(gapMs)}&end=${iso(gapMs + 60_000)}`));
  expect([nothing.status, await nothing.text()]).toEqual([404, expect.stringContaining("no picture of 'door'")]);
});

test("HLS from a time in the gap begins with the next run", async () => {
  const response = await fetch(path(`hls/index.m3u8?key=door&start=${iso(gapMs)}`));
  const text = await response.text();
  expect([response.status, /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/m.exec(text)?.[1]]).toEqual([200, iso(secondMs)]);
  expect(text).toEndWith("#EXT-X-ENDLIST\n");
});

test("the page is told of the runs, that nothing comes any more, and of the gap around a time", async () => {
  await using socket = await openSocket(served.url);
  socket.send({ type: "extent", request: 1, topic, key: "door" });
  socket.send({ type: "piece", request: 2, topic, key: "door", h264: true, at: { timeMs: gapMs }, spacingMs: 0 });
  socket.send({ type: "piece", request: 3, topic, key: "door", h264: true, at: { timeMs: Date.parse("2090-01-01") }, spacingMs: 0 });
  expect(await socket.waitFor(({ request }) => request === 1)).toEqual({
    type: "extent",
    request: 1,
    gapMs: 2000,
    open: false,
    stretches: [
      { startMs: firstMs, endMs: firstMs + lengthMs - 40, run: "a" },
      { startMs: secondMs, endMs: secondMs + lengthMs - 40, run: "b" },
    ],
  });
  const gap = { fromMs: firstMs + lengthMs - 40, toMs: secondMs };
  expect(await socket.waitFor(({ request }) => request === 2)).toMatchObject({ type: "piece", timeMs: gapMs, gap });
  expect(await socket.waitFor(({ request }) => request === 3)).toMatchObject({ timeMs: secondMs + lengthMs - 40, gap: null, last: true });
});
