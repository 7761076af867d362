/** kt serve, asked for what no page of ours asks for, and shown what no camera sends. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import type { ServerMessage } from "../../src/protocol/server-message.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, makeTopic, recordsOf, type Served, serve, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { onePng } from "./support/png.ts";
import { type Running, run } from "./support/process.ts";
import { slowSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;
let video: string;
let camera: Running;

beforeAll(async () => {
  folder = await tempFolder();
  served = await serve();
  video = await makeTopic("hostile");
  camera = startKt(["emit-video", "door=testsrc", "--size", "320x240", "--codec", "h264", "--topic", video]);
  await eventually(async () => (await fetch(`${served.url}/topics/${video}/frame`)).ok, "the camera is there");
}, 60_000);
afterAll(async () => {
  await camera[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Answers {
  /** Of the socket; 0 where it stayed open. */
  code: number;
  reason: string;
  messages: ServerMessage[];
}

/** Says it on a socket of its own. @param waitMs so long is waited for the socket's end */
/** @param isEnough of what came, so that the rest of the time need not be waited for */
async function say(texts: (string | object)[], waitMs = 500, isEnough = (_: ServerMessage[]) => false): Promise<Answers> {
  const socket = new WebSocket(`${served.url.replace("http", "ws")}/ws`);
  const messages: ServerMessage[] = [];
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  const came = Promise.withResolvers<undefined>();
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string" && messages.push(JSON.parse(data)) && isEnough(messages)) came.resolve(undefined);
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  for (const text of texts) socket.send(typeof text === "string" ? text : JSON.stringify(text));
  const end = await Promise.race([closed, came.promise, Bun.sleep(waitMs)]);
  socket.close();
  return { code: end?.code ?? 0, reason: end?.reason ?? "", messages };
}

const descriptors = () => readdirSync(`/proc/${served.process.pid}/fd`).length;
const children = async () => (await run(["pgrep", "-P", String(served.process.pid)])).stdout.split("\n").filter(Boolean).map(Number);
/** The most memory that it ever had, in MB. */
const peakMb = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${served.process.pid}/status`, "utf8"))?.[1]) / 1024;

const seen = (spot: object) => ({ type: "seen", group: "hostile", topic: video, key: "door", spot });
const piece = (at: object, of: object = {}) => ({ type: "piece", request: 1, topic: video, key: "door", h264: true, spacingMs: 0, at, ...of });

test("a message that no page sends closes its socket, with a reason, and nothing else", async () => {
  const whole = { partition: 0, offset: 1, timestampMs: 0 };
  const hostile: [string | object, string][] = [
    [seen({}), "spot.partition"],
    [seen({ ...whole, partition: null }), "spot.partition"],
    [seen({ ...whole, partition: "a" }), "spot.partition"],
    [seen({ ...whole, offset: 1e300 }), "spot.offset"],
    [piece({ after: { ...whole, offset: 1e300 } }), "at"],
    [piece({ after: { partition: 0, timestampMs: 0 } }), "at"],
    [{ ...piece({ timeMs: 0 }), topic: "" }, "topic"],
    [{ type: "é".repeat(100) }, "type"],
    ["no JSON", "not JSON"],
    ["[]", "type"],
  ];
  for (const [message, named] of hostile) {
    const { code, reason } = await say([message], 10_000);
    expect([message, code, reason]).toEqual([message, 1007, expect.stringContaining(named)]);
  }
  const long = await say([`{"type":"watch","key":"${"k".repeat(600_000)}"}`], 10_000);
  expect(long.code).toBeGreaterThan(1000);
  expect(served.process.running).toBe(true);
});

test("a place that is not there is answered with a sentence", async () => {
  const failed = async (message: object) => {
    const { messages } = await say([message], 3000);
    return messages.find((one) => one.type === "failed")?.message;
  };
  expect(await failed(piece({ after: { partition: 7, offset: 0, timestampMs: 0 } }))).toMatch(/has no partition 7/);
  expect(await failed(piece({ timeMs: 0 }, { topic: "no-such-topic" }))).toMatch(/no topic 'no-such-topic'/);
  const { messages } = await say([piece({ timeMs: 1e300 })], 3000);
  expect(messages.find((one) => one.type === "piece")?.frames.length).toBeGreaterThan(0);
});

test("thousands of requests on one socket are refused beyond a bound, hold up nobody else, and go with the socket", async () => {
  await say([piece({ timeMs: Date.now() }, { h264: false })], 3000);
  const before = descriptors();
  const many = Array.from({ length: 4000 }, (_, request) => piece({ timeMs: Date.now() - request }, { request, h264: false }));
  const refused = (messages: ServerMessage[]) => messages.filter(({ type }) => type === "failed").length;
  const flood = say(many, 60_000, (messages) => refused(messages) > 2000);
  await Bun.sleep(500);
  expect((await fetch(`${served.url}/healthz`, { signal: AbortSignal.timeout(5000) })).status).toBe(200);
  const { messages } = await flood;
  expect(messages.find((one) => one.type === "failed")?.message).toMatch(/^Too many .+\. Ask again in a moment\.$/);
  expect(refused(messages)).toBeGreaterThan(2000);
  await eventually(async () => (await children()).length === 0, "no ffmpeg works for a page that has gone");
  await eventually(
    () => descriptors() <= before + 40,
    () => `${descriptors()} descriptors, and ${before} before`,
  );
  expect(peakMb()).toBeLessThan(500);
});

test("a page moves the group of its address, and not thousands of them", async () => {
  const name = uniqueName("flood");
  const moves = Array.from({ length: 500 }, (_, i) => ({ ...seen({ partition: 0, offset: 1, timestampMs: 0 }), group: `${name}-${i}` }));
  expect(await say(moves, 10_000)).toMatchObject({ code: 1007, reason: expect.stringContaining("groups") });
  await say([{ ...seen({ partition: 9, offset: 1, timestampMs: 0 }), group: `${name}-nowhere` }]);
  await Bun.sleep(2500);
  const { stdout } = await ktOk(["group", "list", "--json"]);
  expect(stdout.split("\n").filter((line) => line.includes(name)).length).toBeLessThan(10);
  expect(stdout).not.toContain(`${name}-nowhere`);
});

test("an ffmpeg that is killed is started again: the picture comes back, and it is said", async () => {
  const stream = `${served.url}/topics/${video}/stream.mjpeg`;
  const arrived: number[] = [];
  const watching = parts(stream, 200, 40_000, () => arrived.push(performance.now()));
  await eventually(() => arrived.length > 10, "pictures come");
  for (const _ of [1, 2]) {
    const [ffmpeg] = await eventually(async () => ((await children()).length > 0 ? children() : undefined), "an ffmpeg decodes");
    const before = arrived.length;
    process.kill(ffmpeg as number, "SIGKILL");
    await eventually(() => arrived.length > before + 30, "pictures come again");
  }
  await watching.catch(() => {});
  const said = served.process.stderr.lines.filter((line) => line.includes("cannot be shown as JPEG"));
  expect(said).toEqual([
    expect.stringMatching(/^Warning: stream 'door' of .+: ffmpeg was ended by SIGKILL; it is started again in 1 s$/),
    expect.stringMatching(/in 2 s$/),
  ]);
});

test("a small picture of huge size is passed on as it is, and decoded for nobody", async () => {
  const topic = await makeTopic("huge");
  const png = await onePng(15_000, 15_000);
  expect(png.length).toBeLessThan(900_000);
  await Bun.write(`${folder.path}/huge.png`, png);
  await ktOk(["produce", topic, "--files", "-k", "cam", `${folder.path}/huge.png`, `${folder.path}/huge.png`]);
  const ask = async (path: string) => {
    const response = await fetch(`${served.url}/topics/${topic}/${path}`);
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };
  const whole = await eventually(async () => {
    const answer = await ask("frame");
    return answer.status === 200 ? answer : undefined;
  }, "the topic is known");
  expect(whole.body.equals(png)).toBe(true);
  for (const path of ["frame?width=320", "clip.mp4"]) {
    const { status, body } = await ask(path);
    expect([path, status, body.toString()]).toEqual([path, 413, expect.stringMatching(/^The picture is 15000x15000, .+\n$/)]);
  }
  // NO SIGNAL is drawn in the size of the pictures before it, but not of these.
  const silent = await parts(`${served.url}/topics/${topic}/stream.mjpeg?nosignal=1&format=stored`, 2, 30_000);
  expect(silent.map(({ signal }) => signal)).toEqual(["", "lost"]);
  expect(peakMb()).toBeLessThan(500);
});

test("a picture that cannot be decoded is the asker's 422, whichever way it is asked for", async () => {
  const topic = await makeTopic("broken");
  const png = await onePng(640, 480);
  await Bun.write(`${folder.path}/broken.png`, png.subarray(0, 60));
  await ktOk(["produce", topic, "--files", "-k", "cam", `${folder.path}/broken.png`, `${folder.path}/broken.png`]);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame`)).ok, "the topic is known");
  for (const path of ["frame?width=64", "clip.mp4"]) {
    const response = await fetch(`${served.url}/topics/${topic}/${path}`);
    expect([path, response.status, await response.text()]).toEqual([path, 422, expect.stringMatching(/\.\n$/)]);
  }
});

test("larger pictures than players take are made to fit into a clip", async () => {
  const topic = await makeTopic("large");
  await Bun.write(`${folder.path}/large.png`, await onePng(6000, 4000));
  await ktOk(["produce", topic, "--files", "-k", "cam", `${folder.path}/large.png`, `${folder.path}/large.png`]);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame`)).ok, "the topic is known");
  await Bun.write(`${folder.path}/large.mp4`, await (await fetch(`${served.url}/topics/${topic}/clip.mp4`)).arrayBuffer());
  const { stdout } = await run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height,level", "-of", "csv=p=0", `${folder.path}/large.mp4`]);
  const [width = 0, height = 0, level = 0] = stdout.trim().split(",").map(Number);
  expect([width * height <= 36_864 * 256, width / height, level <= 52]).toEqual([true, expect.closeTo(1.5, 2), true]);
});

test("to who reads slowly every request is answered, and nothing is dropped", async () => {
  const topic = await makeTopic("slow");
  const count = 125;
  const clip = await makeClip(`${folder.path}/slow.mp4`, { seconds: 5, size: "640x360" });
  await ktOk(["emit-video", `door=${clip}`, "--topic", topic, "--codec", "mjpeg", "--quality", "2", "--fast"], { timeoutMs: 60_000 });
  const [first] = await recordsOf(topic, "-n", "1");
  const asked = Array.from({ length: 60 }, (_, request) => ({
    ...piece({ after: { partition: 0, offset: request % (count - 64), timestampMs: first?.timestamp ?? 0 } }),
    topic,
    request,
  }));
  const answers = (texts: Record<string, unknown>[]) => texts.filter(({ request }) => request !== undefined);
  const allCame = (texts: Record<string, unknown>[], binaries: number) => answers(texts).length >= 60 && binaries >= 60;
  const { texts, binaries } = await slowSocket(served.url, asked, () => Bun.sleep(4000), allCame);
  expect([answers(texts).map(({ type }) => type), binaries]).toEqual([new Array(60).fill("piece"), 60]);
}, 120_000);
