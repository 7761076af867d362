/** kt serve for programs that read a stream: what they can read, in the order in which it was taken. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { ktOk, makeTopic, pythonOk, recordsOf, type Served, serve, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { decode } from "./support/probe.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;

beforeAll(async () => {
  folder = await tempFolder();
  served = await serve();
}, 60_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const streamOf = (topic: string, query: string) => `${served.url}/topics/${topic}/stream.mjpeg?${query}`;

test("PNG comes as JPEG to programs, whose readers take nothing else, live and from the log; browsers and who asks get it as it is", async () => {
  const topic = uniqueName("png");
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 });
  await ktOk(["emit-video", `cam=${clip}`, "--topic", topic, "--codec", "png", "--fast"]);
  for (const from of ["from=end", "from=start&speed=5"]) {
    const types = async (query: string, headers = {}) => {
      const response = await fetch(streamOf(topic, `${from}&${query}`), { headers, signal: AbortSignal.timeout(10_000) });
      const { value } = (await response.body?.getReader().read()) ?? {};
      return /Content-Type: (image\/\w+)/.exec(Buffer.from(value ?? []).toString("latin1"))?.[1];
    };
    expect([from, await types("")]).toEqual([from, "image/jpeg"]);
    expect([from, await types("format=stored")]).toEqual([from, "image/png"]);
    expect([from, await types("", { "User-Agent": "Mozilla/5.0" })]).toEqual([from, "image/png"]);
    expect([from, await types("format=jpeg", { "User-Agent": "Mozilla/5.0" })]).toEqual([from, "image/jpeg"]);
    const shape = await pythonOk("import sys, cv2\nprint(cv2.VideoCapture(sys.argv[1]).read()[1].shape)", [streamOf(topic, from)], { timeoutMs: 40_000 });
    expect([from, shape.trim()]).toEqual([from, "(240, 320, 3)"]);
  }
  const probed = await run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", streamOf(topic, "from=start")], {
    timeoutMs: 40_000,
  });
  expect(probed.stdout.trim()).toBe("mjpeg,320");
  expect((await fetch(streamOf(topic, "format=gif"))).status).toBe(400);
});

test("the stream of a key that lies in two partitions, as they were added, is replayed in the order of its times", async () => {
  const [from, topic] = [uniqueName("one"), await makeTopic("two", "--partitions", "2")];
  const clip = await makeClip(`${folder.path}/two.mp4`);
  await ktOk(["emit-video", `cam=${clip}`, "--topic", from, "--codec", "mjpeg", "--fast"]);
  const records = (await recordsOf(from)).filter(({ value }) => value !== "");
  // Turn by turn, and then a stretch of each: neither partition may run ahead.
  const lines = records.map((record, i) => JSON.stringify({ ...record, partition: i < 60 ? i % 2 : i < 80 ? 0 : 1, topic: undefined, offset: undefined }));
  await ktOk(["produce", topic, "--json"], { stdin: `${lines.join("\n")}\n` });
  for (const query of ["from=start&speed=4", "from=start&speed=4&key=cam"]) {
    const times = (await parts(streamOf(topic, query), 99, 20_000)).map(({ timestampMs }) => timestampMs);
    expect([query, times]).toEqual([query, records.slice(0, 99).map(({ timestamp }) => timestamp as number)]);
  }
});

test("a clip goes on where the pictures' size changes", async () => {
  const topic = await makeTopic("resized");
  const sizes = ["320x240", "640x360"];
  for (const size of sizes) {
    const clip = await makeClip(`${folder.path}/${size}.mp4`, { seconds: 1, size, encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0"] });
    await ktOk(["emit-video", `cam=${clip}`, "--topic", topic, "--fast"]);
  }
  const path = `${folder.path}/resized.mp4`;
  const response = await fetch(`${served.url}/topics/${topic}/clip.mp4?start=0`);
  expect(response.status).toBe(200);
  await Bun.write(path, await response.bytes());
  expect(await decode(path)).toHaveLength(50);
  const { stdout } = await run(["ffprobe", "-v", "error", "-show_entries", "frame=width,height", "-of", "csv=p=0:s=x", path]);
  const shown = stdout.match(/\d+x\d+/g) ?? [];
  expect(shown.map((size) => sizes.indexOf(size))).toEqual([...new Array(25).fill(0), ...new Array(25).fill(1)]);
});
