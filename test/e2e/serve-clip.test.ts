/** kt serve: a picture of any place in the log, and a stretch of it as MP4. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { visit } from "./support/browser.ts";
import { makeClip, withBFrames } from "./support/clips.ts";
import { eventually, ktOk, pythonOk, recordsOf, type Served, serve, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { decode, packetsOf } from "./support/probe.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;
/** 100 pictures, 4 s, 320x240, a key frame each second, stored in another order than they are shown. */
let source: string;

beforeAll(async () => {
  folder = await tempFolder();
  source = await makeClip(`${folder.path}/source.mp4`, { encoding: [...withBFrames, "-g", "25"] });
  served = await serve();
}, 60_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Stored {
  topic: string;
  /** In the order of the log. */
  records: { offset: number; timestamp: number; key: boolean }[];
  /** In the order in which they are shown. */
  times: number[];
}

async function stored(...options: string[]): Promise<Stored> {
  const topic = uniqueName("clip");
  await ktOk(["emit-video", `door=${source}`, "--topic", topic, "--fast", ...options]);
  const records = (await recordsOf(topic))
    .filter(({ value }) => value !== "")
    .map(({ offset, timestamp, headers }) => ({ offset, timestamp: timestamp as number, key: headers.some(({ name }) => name === "kt-key") }));
  return { topic, records, times: records.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b) };
}

async function download(path: string): Promise<{ path: string; headers: string }> {
  const to = `${folder.path}/${uniqueName("got")}.mp4`;
  const { code, stdout } = await run(["curl", "-sf", "-D", "-", "-o", to, served.url + path]);
  expect([path, code]).toEqual([path, 0]);
  return { path: to, headers: stdout };
}

const sinceFirst = (packets: { ptsUs: number; dtsUs: number; key: boolean }[]) => {
  const [{ dtsUs = 0 } = {}] = packets;
  return packets.map((packet) => ({ ...packet, ptsUs: packet.ptsUs - dtsUs, dtsUs: packet.dtsUs - dtsUs }));
};

test("a clip of H.264 is the source's own packets, from the key frame before its start", async () => {
  const { topic, records, times } = await stored();
  const whole = await download(`/topics/${topic}/clip.mp4`);
  expect(whole.headers).toMatch(/content-disposition: attachment; filename="door-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z\.mp4"/i);
  expect(sinceFirst(await packetsOf(whole.path))).toEqual(sinceFirst(await packetsOf(source)));
  expect(await decode(whole.path)).toEqual(await decode(source));
  const keys = records.flatMap(({ key }, i) => (key ? [i] : []));
  expect(keys).toHaveLength(4);
  // From the middle of the second GOP to the middle of the fourth, by times and by offsets.
  const part = (await packetsOf(source)).slice(keys[1], 90);
  const byOffset = await download(`/topics/${topic}/clip.mp4?key=door&start=${records[40]?.offset}&end=${records[90]?.offset}`);
  expect(sinceFirst(await packetsOf(byOffset.path))).toEqual(sinceFirst(part));
  const byTime = await download(`/topics/${topic}/clip.mp4?start=${times[40]}&end=${new Date(times[60] as number).toISOString()}`);
  const byTimes = sinceFirst(await packetsOf(byTime.path));
  expect(byTimes).toEqual(sinceFirst(part).slice(0, byTimes.length));
  // 35 pictures are shown from the key frame to the end; what they build on may be shown after it.
  expect(byTimes.filter(({ ptsUs }) => ptsUs < 35 * 40_000 + (byTimes[0]?.ptsUs ?? 0))).toHaveLength(35);
});

test("two runs of a camera are one clip, with the time that passed between them", async () => {
  const { topic } = await stored();
  await ktOk(["emit-video", `door=${source}`, "--topic", topic, "--fast"]);
  const both = await download(`/topics/${topic}/clip.mp4?start=0`);
  const packets = await packetsOf(both.path);
  expect(packets).toHaveLength(200);
  expect(packets.map(({ dtsUs }) => dtsUs)).toEqual(packets.map(({ dtsUs }) => dtsUs).toSorted((a, b) => a - b));
  expect((await decode(both.path)).slice(100)).toEqual(await decode(source));
});

test.each(["mjpeg", "png"])("a clip of %s is encoded to what browsers play, with the records' times", async (codec) => {
  const { topic, times } = await stored("--codec", codec);
  const { path } = await download(`/topics/${topic}/clip.mp4?start=${times[10]}&end=${times[60]}`);
  const { stdout } = await run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path]);
  expect(stdout.trim()).toBe("h264,320,240");
  const got = (await packetsOf(path)).map(({ ptsUs }) => ptsUs / 1000);
  expect(got).toHaveLength(50);
  got.forEach((ms, i) => {
    expect(Math.abs(ms - ((times[10 + i] as number) - (times[10] as number)))).toBeLessThanOrEqual(1);
  });
});

test("a browser plays a clip, to its end", async () => {
  const { topic } = await stored();
  await using visited = await visit(`${served.url}/healthz`);
  const played = await visited.page.evaluate(async (src) => {
    const video = Object.assign(document.createElement("video"), { src, muted: true, playbackRate: 4 });
    document.body.append(video);
    const ended = new Promise((resolve, reject) => {
      video.onended = resolve;
      video.onerror = () => reject(new Error(video.error?.message));
    });
    await video.play();
    await ended;
    return { width: video.videoWidth, seconds: video.duration };
  }, `/topics/${topic}/clip.mp4`);
  expect(played).toEqual({ width: 320, seconds: expect.closeTo(4, 0) });
});

/** Of the first picture: width, height and the shape of its pixels. */
async function shapeOf(path: string): Promise<string> {
  const show = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,sample_aspect_ratio", "-of", "csv=p=0"];
  return (await run(["ffprobe", ...show, path])).stdout.trim();
}

test("pixels that are not square are shown as wide as they are: in a clip, by HLS, and as JPEG", async () => {
  const wide = await makeClip(`${folder.path}/wide.mp4`, { size: "720x576", seconds: 2, encoding: ["-vf", "setsar=64/45", ...withBFrames] });
  const topic = uniqueName("wide");
  await ktOk(["emit-video", `door=${wide}`, "--topic", topic, "--fast"]);
  expect(await shapeOf((await download(`/topics/${topic}/clip.mp4`)).path)).toBe("720,576,64:45");
  expect(await shapeOf(`${served.url}/topics/${topic}/hls/index.m3u8?start=0`)).toContain("720,576,64:45");
  for (const at of ["end", "start", "3"]) expect(await shapeOf((await download(`/topics/${topic}/frame?at=${at}`)).path)).toBe("1024,576,1:1");
  expect(await shapeOf((await download(`/topics/${topic}/frame?width=512`)).path)).toBe("512,288,1:1");
});

test("pictures that ask to be turned are turned, and not squeezed, in a clip and in a recording", async () => {
  const topic = uniqueName("phone");
  // 160x120, with an Exif segment that says: orientation 6.
  const exif = Buffer.from("ffe10022457869660000 49492a0008000000 0100 12010300 01000000 06000000 00000000".replaceAll(" ", ""), "hex");
  for (let i = 0; i < 3; i++) {
    const plain = await readFile(await makeClip(`${folder.path}/plain.jpg`, { size: "160x120", seconds: 1, rate: 1, encoding: ["-frames:v", "1"] }));
    await writeFile(`${folder.path}/turned.jpg`, Buffer.concat([plain.subarray(0, 2), exif, plain.subarray(2)]));
    await ktOk(["produce", topic, "-k", "phone", "--files", `${folder.path}/turned.jpg`]);
  }
  expect(await shapeOf((await download(`/topics/${topic}/clip.mp4`)).path)).toStartWith("120,160,");
  await ktOk(["consume", topic, "--record", `${folder.path}/phone.mp4`, "--exit"]);
  expect(await shapeOf(`${folder.path}/phone.mp4`)).toStartWith("120,160,");
});

test("what a clip cannot be is said", async () => {
  const { topic } = await stored();
  const ask = async (query: string) => {
    const response = await fetch(`${served.url}/topics/${topic}/clip.mp4${query}`);
    return [response.status, await response.text()];
  };
  expect(await ask("?start=@2001-01-01&end=2001-01-02T00:00:00Z")).toEqual([404, expect.stringMatching(/no picture of 'door' .* from 2001-01-01T/)]);
  // A time that no date can be is none of the log's.
  expect(await ask("?end=9007199254740991")).toEqual([404, expect.stringMatching(/no picture of 'door'/)]);
  expect(await ask("?start=-5")).toEqual([400, expect.stringContaining("start takes an offset (42) or a time")]);
  // The streams are known once the topic was looked into.
  const named = await eventually(async () => {
    const said = await ask("?key=yard");
    return String(said[1]).includes("door") && said;
  }, "the name of its stream");
  expect(named).toEqual([404, `Topic '${topic}' has no stream 'yard'. Its streams are 'door'.\n`]);
});

test("a picture of any place: by its offset it never changes, by a time it is the one that was shown; scaled on demand", async () => {
  const { topic, records, times } = await stored();
  const url = (query: string) => `${served.url}/topics/${topic}/frame?${query}`;
  /** The source's frame that the picture is most like. */
  const frameIn = async (query: string) => {
    const response = await fetch(url(query));
    expect([query, response.status, response.headers.get("content-type")]).toEqual([query, 200, "image/jpeg"]);
    const path = `${folder.path}/${uniqueName("picture")}.jpg`;
    await Bun.write(path, await response.bytes());
    const printed = await pythonOk(
      `import sys, cv2
picture, video, unlike = cv2.imread(sys.argv[1]), cv2.VideoCapture(sys.argv[2]), []
while True:
    ok, frame = video.read()
    if not ok: break
    unlike.append(cv2.absdiff(picture, cv2.resize(frame, picture.shape[1::-1])).mean())
print(unlike.index(min(unlike)), *picture.shape[1::-1])`,
      [path, source],
    );
    return { frame: printed.trim(), timestampMs: Number(response.headers.get("x-timestamp")) };
  };
  const { offset, timestamp } = records[33] as (typeof records)[number];
  expect(await frameIn(`at=${offset}`)).toEqual({ frame: `${times.indexOf(timestamp)} 320 240`, timestampMs: timestamp });
  expect(await frameIn(`at=@${(times[70] as number) + 5}`)).toEqual({ frame: "70 320 240", timestampMs: times[70] as number });
  expect(await frameIn("at=start")).toEqual({ frame: "0 320 240", timestampMs: times[0] as number });
  expect(await frameIn("width=160")).toEqual({ frame: "99 160 120", timestampMs: times[99] as number });
  const fixed = await fetch(url(`at=${offset}`));
  expect(fixed.headers.get("cache-control")).toContain("immutable");
  expect((await fetch(url(`at=${offset}`), { headers: { "If-None-Match": fixed.headers.get("etag") as string } })).status).toBe(304);
  const missing = await fetch(url("at=5000"));
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining("has no offset 5000 yet")]);
});
