/** The detectors of examples/, as somebody runs them who starts from them. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readDetections } from "../../src/format/detections/read-detections.ts";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { brokers, eventually, ktOk, makeTopic, pythonPath, recordsOf, root, serve, startKt, tempFolder } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";
import { squareAt, squareClip, squareSize } from "./support/square.ts";

setDefaultTimeout(240_000);

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

test("detect.py sees a person who walks through the picture, where that one is", async () => {
  const [people, topic] = [await makeTopic("people"), await makeTopic("seen")];
  await using folder = await tempFolder();
  const places = [120, 200, 280, 360, 440];
  // Head, trunk with arms, and legs: what the detector was trained on, gradients where the outlines of people are.
  const drawing = `
import cv2, numpy, sys
for number, across in enumerate(${JSON.stringify(places)}):
    picture = numpy.full((360, 640, 3), 200, numpy.uint8)
    at = lambda *points: [numpy.array([(across + 1.8 * x, 90 + 1.8 * y) for x, y in points], numpy.int32)]
    cv2.ellipse(picture, (across, 104), (11, 14), 0, 0, 360, (40, 40, 40), -1)
    cv2.fillPoly(picture, at((-3,14), (3,14), (13,20), (15,48), (11,50), (9,30), (9,52), (-9,52), (-9,30), (-11,50), (-15,48), (-13,20)), (40, 40, 40))
    cv2.fillPoly(picture, at((-9,50), (9,50), (12,98), (5,98), (0,60), (-5,98), (-12,98)), (40, 40, 40))
    cv2.imwrite(f"{sys.argv[1]}/{number}.jpg", cv2.GaussianBlur(picture, (0, 0), 1.2))
`;
  expect(await run([pythonPath, "-c", drawing, folder.path])).toMatchObject({ code: 0 });
  await ktOk(["emit-video", folder.path, "--topic", people, "--name", "hall", "--codec", "mjpeg", "--fast"]);
  const { code, stderr } = await run([pythonPath, `${root}examples/detect.py`, brokers, people, topic, "--from", "start", "--exit"], { timeoutMs: 100_000 });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const found = (await recordsOf(topic)).map((one) => seenIn(one)?.objects.filter(({ label }) => label === "person") ?? []);
  expect(found).toHaveLength(places.length);
  for (const [i, persons] of found.entries()) {
    expect(persons).toHaveLength(1);
    const [x, y, width, height] = persons[0]?.box ?? [0, 0, 0, 0];
    expect(Math.abs(x + width / 2 - (places[i] as number))).toBeLessThan(12);
    expect({ above: y < 110, below: y + height > 250 }).toEqual({ above: true, below: true });
  }
});

test("Detect.java sees the square move in what is recorded, and names each frame", async () => {
  const topic = await makeTopic("seen");
  const jars = [...new Bun.Glob(".build/kafka-*/jars/*.jar").scanSync({ cwd: root, dot: true, absolute: true })].join(":");
  // The settings of Kafka's client are told on stderr.
  const { code, stderr } = await run(["java", "-cp", jars, `${root}examples/Detect.java`, brokers, video, topic, "start"], { timeoutMs: 200_000 });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const seen = await recordsOf(topic);
  expect(seen).toHaveLength(frames);
  expectExact(seen);
  // What changed from one picture to the next is where the square was and where it is: nothing at first, and nowhere else.
  expect(seenIn(seen[0] as RecordEnvelope)?.objects).toEqual([]);
  for (const [i, one] of seen.entries()) {
    if (i === 0) continue;
    const [[x1, y1], [x2, y2]] = [squareAt(i - 1), squareAt(i)];
    const [left, top] = [Math.min(x1, x2), Math.min(y1, y2)];
    const wanted = [left, top, Math.max(x1, x2) + squareSize.across - left, Math.max(y1, y2) + squareSize.down - top];
    const box = seenIn(one)?.objects[0]?.box ?? [0, 0, 0, 0];
    expect({ i, apart: wanted.map((side, at) => Math.abs(side - (box[at] as number))).filter((by) => by > 4) }).toEqual({ i, apart: [] });
  }
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
