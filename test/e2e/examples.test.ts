/** The detectors of examples/, as somebody runs them who starts from them. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readDetections } from "../../src/format/detections/read-detections.ts";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { brokers, eventually, ktOk, makeTopic, pythonPath, recordsOf, root, serve, startKt, tempFolder } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";
import { squareAt, squareClip, squareSize } from "./support/square.ts";

setDefaultTimeout(120_000);

const frames = 50;
let video: string;
let pictures: RecordEnvelope[];

beforeAll(async () => {
  video = await makeTopic("video");
  await using folder = await tempFolder();
  const clip = await squareClip(`${folder.path}/square.mp4`, 2);
  await ktOk(["emit-video", clip, "--topic", video, "--name", "door", "--codec", "mjpeg", "--fast"]);
  pictures = (await recordsOf(video)).filter(({ value }) => value !== "");
  expect(pictures).toHaveLength(frames);
});

const headerOf = ({ headers }: RecordEnvelope, name: string) => headers.find((one) => one.name === name)?.value;
const seenIn = ({ value }: RecordEnvelope) => readDetections(Buffer.from(value ?? ""));

/** Each names the picture that it is of, by its run and number and its time. */
function expectExact(seen: RecordEnvelope[]): void {
  for (const one of seen) {
    const of = pictures[Number(headerOf(one, "kt-seq"))];
    expect({ key: one.key, timestamp: one.timestamp, run: headerOf(one, "kt-run") }).toEqual({
      key: "door",
      timestamp: of?.timestamp ?? 0,
      run: of && headerOf(of, "kt-run"),
    });
  }
}

test("detect.py sees the square move in what is recorded, and names each frame", async () => {
  const topic = await makeTopic("seen");
  const { code, stderr } = await run([pythonPath, `${root}examples/detect.py`, brokers, video, topic, "--from", "start", "--exit"], { timeoutMs: 100_000 });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const seen = await recordsOf(topic);
  expect(seen).toHaveLength(frames);
  expectExact(seen);
  // After some frames it knows the background, and what moves in front of it.
  const met = seen.slice(10).filter((one, i) => {
    const [left, top] = squareAt(i + 10);
    const [x, y] = [left + squareSize.across / 2, top + squareSize.down / 2];
    return seenIn(one)?.objects.some(
      ({ label, box }) => label === "motion" && box && box[0] <= x && x <= box[0] + box[2] && box[1] <= y && y <= box[1] + box[3],
    );
  });
  expect(met.length).toBeGreaterThan(30);
});

test("detect.js, between two kts, names each frame", async () => {
  const topic = await makeTopic("seen");
  const kt = `${root}dist/kt`;
  const line = `${kt} consume ${video} --json --exit | ${process.execPath} ${root}examples/detect.js | ${kt} produce ${topic} --json`;
  const { code, stderr } = await run(["bash", "-c", `set -o pipefail; ${line}`], { env: { KT_BROKERS: brokers }, timeoutMs: 60_000 });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const seen = await recordsOf(topic);
  expect(seen).toHaveLength(frames);
  expectExact(seen);
  expect(seen.every((one) => seenIn(one)?.objects.length === 1)).toBe(true);
});

test("detect_http.py sees what moves over HTTP, and names each frame by its offset", async () => {
  const [live, topic] = [await makeTopic("live"), await makeTopic("seen")];
  await using folder = await tempFolder();
  const clip = await squareClip(`${folder.path}/square.mp4`, 20);
  await using _emitting = startKt(["emit-video", clip, "--topic", live, "--name", "door", "--loop"], { env: { KT_BROKERS: brokers } });
  await using served = await serve();
  await eventually(async () => (await fetch(`${served.url}/topics/${live}/frame?key=door`)).ok, "a first picture");
  const line = `${pythonPath} ${root}examples/detect_http.py ${served.url} ${live} door | ${root}dist/kt produce ${topic} --json`;
  await using _detecting = new Running(["bash", "-c", `exec 2>&1; ${line}`], { env: { KT_BROKERS: brokers } });
  const seen = await eventually(
    async () => {
      const all = await recordsOf(topic);
      return all.filter((one) => seenIn(one)?.objects.length).length >= 5 && all;
    },
    "five frames in which something moves",
    60_000,
  );
  const emitted = new Map((await recordsOf(live)).map(({ offset, timestamp }) => [String(offset), timestamp]));
  for (const one of seen) {
    expect(headerOf(one, "kt-topic")).toBe(live);
    expect(emitted.get(headerOf(one, "kt-offset") ?? "")).toBe(one.timestamp as number);
  }
});
