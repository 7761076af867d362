/** kt serve, where records are small and what they say they are is not: bounded, told of, and nobody else notices. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { crc32, deflateSync } from "node:zlib";
import { openProducer } from "../../src/kafka/produce/producer.ts";
import { Crowd } from "./support/crowd.ts";
import { eventually, kt, ktOk, makeTopic, type Served, serve, startKt, tempFolder } from "./support/kt.ts";
import { memoryMb } from "./support/proc.ts";
import type { Running } from "./support/process.ts";
import { config } from "./support/silence.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

/** Of the server; it takes some 70 MB by itself, and 32 MB of a record may be there three times for a moment. */
const mostMb = 500;
/** More than the longest that a server answered in which does nothing, at the same time: so busy is the machine by itself. */
const mostHealthMs = 1500;

let served: Served;
/** It has nothing to do. */
let idle: Served;
let camera: Running;
let crowd: Crowd;
let slowestMs = 0;
let slowestIdleMs = 0;
let asking = true;
/** To make a bomb takes this process's time, in which it sees no answer. */
let busy = false;

beforeAll(async () => {
  [served, idle] = await Promise.all([serve(), serve()]);
  const topic = await makeTopic("undisturbed");
  camera = startKt(["emit-video", "door=testsrc", "--size", "160x120", "--fps", "10", "--codec", "mjpeg", "--topic", topic]);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame`)).ok, "the camera is there");
  crowd = new Crowd([`${served.url}/topics/${topic}/stream.mjpeg?nosignal=0`]);
  await crowd.more(5, 20_000);
  const answeredMs = async (url: string) => {
    const [beganMs, wasBusy] = [performance.now(), busy];
    await fetch(`${url}/healthz`);
    return wasBusy || busy ? 0 : performance.now() - beganMs;
  };
  void (async () => {
    for (; asking; await Bun.sleep(50)) {
      const [ms, idleMs] = await Promise.all([answeredMs(served.url), answeredMs(idle.url)]);
      slowestMs = Math.max(slowestMs, ms);
      slowestIdleMs = Math.max(slowestIdleMs, idleMs);
    }
  })();
}, 60_000);
afterAll(async () => {
  asking = false;
  crowd[Symbol.dispose]();
  await camera[Symbol.asyncDispose]();
  await Promise.all([served[Symbol.asyncDispose](), idle[Symbol.asyncDispose]()]);
});

async function send(topic: string, value: Uint8Array, key: Uint8Array, properties: Record<string, string> = {}): Promise<void> {
  busy = true;
  const producer = await openProducer({ ...config, properties }, { lingerMs: 0, topic });
  try {
    producer.add({ topic, key, value, headers: [] });
    await producer.submit();
    if (!(await producer.flush(60_000)) || producer.failed > 0) throw new Error("the bomb was not delivered");
  } finally {
    await producer.close();
    busy = false;
  }
}

/** Asks by every path, and by the page's panels. @returns the answers' status, by path */
async function askAll(topic: string): Promise<Record<string, number>> {
  const status: Record<string, number> = {};
  for (const path of ["", "/records?from=start", "/records/0/0", "/frame", "/frame?width=320", "/frame?at=0", "/clip.mp4", "/search?text=x&key=door"]) {
    const response = await fetch(`${served.url}/topics/${topic}${path}`, { signal: AbortSignal.timeout(30_000) });
    await response.arrayBuffer().catch(() => {});
    status[path] = response.status;
  }
  await using socket = await openSocket(served.url);
  socket.send(
    { type: "tail", panel: 1, topic, filter: null },
    { type: "table", panel: 2, topic, by: ["a", "a"] },
    { type: "chart", panel: 3, topic, sinceMs: 0, by: "a" },
    { type: "tail", panel: 4, topic, filter: { key: "", text: "zz" } },
    { type: "watch", tile: 5, topic, key: "door", h264: false },
  );
  await socket.waitFor(({ panel }) => panel === 1);
  return status;
}

/** The server lives, holds what it may, and the camera's viewer and /healthz had their answers all the time. */
async function expectUndisturbed(): Promise<void> {
  crowd.mark();
  await crowd.more(10, 20_000);
  expect(crowd.connected).toBe(1);
  expect(served.process.running).toBe(true);
  expect(memoryMb(served.process.pid, "VmHWM")).toBeLessThan(mostMb);
  expect(slowestMs).toBeLessThan(slowestIdleMs + mostHealthMs);
  [slowestMs, slowestIdleMs] = [0, 0];
}

function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(1 << 16))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

test("a PNG that claims 65,535 x 65,535 is passed on as it is, and decoded for nobody", async () => {
  const topic = await makeTopic("png");
  await send(topic, pngOf(65_535, 65_535), Buffer.from("door"));
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame`)).ok, "it is known");
  const status = await askAll(topic);
  expect([status["/frame"], status["/frame?width=320"], status["/clip.mp4"]]).toEqual([200, 413, 413]);
  await using folder = await tempFolder();
  const { code, stderr } = await kt(["consume", topic, "--record", `${folder.path}/never.mp4`, "--exit", "--force"], { timeoutMs: 60_000 });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^kt: .+\n$/)]);
  await expectUndisturbed();
});

test("JSON that is nested 100,000 deep is shown as the text that it is", async () => {
  const topic = await makeTopic("deep");
  await ktOk(["produce", topic, "-k", "door", '{"a": {"a": 1}}']);
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const)
    await send(topic, Buffer.from(`${open.repeat(100_000)}1${close.repeat(100_000)}`), Buffer.from("door"));
  await send(topic, Buffer.from("[".repeat(500_000)), Buffer.from("door"));
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).ok, "it is known");
  const status = await askAll(topic);
  expect([status["/records?from=start"], status["/records/0/0"]]).toEqual([200, 200]);
  for (const args of [["--json"], ["-f", "%v{json}\\n"], ["--where", "value.a.a == 1"]]) {
    const { stderr } = await kt(["consume", topic, "--exit", ...args], { timeoutMs: 60_000 });
    expect(stderr).not.toMatch(/unexpectedly|RangeError|at .*\.ts:/);
  }
  await expectUndisturbed();
});

test("a key of 100 MB, packed small, is left out with a reason", async () => {
  const topic = await makeTopic("key", "--config", "max.message.bytes=120000000");
  const before = await makeTopic("beside");
  await ktOk(["produce", before, "text"]);
  const large = { "message.max.bytes": "200000000", "queue.buffering.max.kbytes": "400000" };
  await send(topic, Buffer.from("value"), Buffer.alloc(100_000_000, 97), { ...large, "compression.type": "gzip" });
  const { trouble } = await eventually(
    async () => {
      const answer = await fetch(`${served.url}/topics/${topic}`);
      const summary = answer.ok ? ((await answer.json()) as { trouble: string | null }) : undefined;
      return summary?.trouble?.includes(" takes ") && summary;
    },
    "the trouble",
    60_000,
  );
  expect(trouble).toMatch(/^The record at offset \d of partition 0 of '.+' takes .+ MB, and no more than 32 MB is read here at once/);
  const status = await askAll(topic).catch(() => ({}) as Record<string, number>);
  expect(status["/records/0/0"] ?? 413).toBe(413);
  expect((await fetch(`${served.url}/topics/${before}/records`)).status).toBe(200);
  await expectUndisturbed();
});

const bytes = 6 << 20;
const many = (part: string) => part.repeat(bytes / part.length);

test.each([
  ["numbers", `[${many("1,")}1]`],
  ["empty objects", `[${many("{},")}{}]`],
  ["names", `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`],
  ["escapes", `{"a":"${many("\\u0001")}"}`],
  ["no text", many("\x80\xff")],
])("a value of six megabytes of %s is bytes like any other", async (what, text) => {
  const topic = await makeTopic("large", "--config", "max.message.bytes=40000000");
  await ktOk(["produce", topic, "-k", "door", '{"a": {"a": 1}}']);
  const value = Buffer.from(text, what === "no text" ? "latin1" : "utf8");
  await send(topic, value, Buffer.from("door"), { "message.max.bytes": "40000000" });
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).ok, "it is known");
  await askAll(topic);
  const response = await fetch(`${served.url}/topics/${topic}/records/0/1`);
  expect((await response.arrayBuffer()).byteLength).toBe(value.length);
  await expectUndisturbed();
});
