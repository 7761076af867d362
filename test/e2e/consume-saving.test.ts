/** kt consume --save: a file for each picture whatever the stream's key is, and each there as a whole or not at all. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { isEnd } from "./support/frames.ts";
import { eventually, kt, ktOk, makeTopic, recordsOf, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

/** JPEGs of the stream "testsrc", each another. */
let pictures: RecordEnvelope[];
beforeAll(async () => {
  const topic = uniqueName("pictures");
  await ktOk(["emit-video", "testsrc", "--size", "320x240", "--codec", "mjpeg", "--duration", "1s", "--fast", "--topic", topic]);
  pictures = (await recordsOf(topic)).filter((record) => !isEnd(record));
});

const bytesOf = ({ value }: RecordEnvelope) => Buffer.from(value as string, "base64");

async function send(topic: string, records: Partial<RecordEnvelope>[]): Promise<void> {
  const lines = records.map(({ partition, offset, ...record }) => `${JSON.stringify(record)}\n`).join("");
  await ktOk(["produce", topic, "--json"], { stdin: lines });
}

const files = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.jpg$|\.kt-/.test(name));

test("keys that are no names of files, or become the same one: every picture is saved, by itself", async () => {
  const long = "front door ".repeat(30);
  const keys = [long, `${long}2`, "ü".repeat(200), "a/b", "a:b", "a_b", "a_b-2", "..", ".", "", "\0", ".hidden", "cam", "cam1", "NUL", "../../outside"];
  const topic = await makeTopic("keys");
  const sent = keys.flatMap((key) => pictures.slice(0, 12).map((picture) => ({ ...picture, key })));
  await send(topic, sent);
  for (const pattern of ["{key}/%d.jpg", "{key}-%d.jpg", "{key}%d.jpg", "%d{key}.jpg", "{key}/{key}-%06d.jpg"]) {
    await using folder = await tempFolder();
    const { stderr } = await ktOk(["consume", topic, "--save", `${folder.path}/in/${pattern}`, "--exit"]);
    expect(stderr).toBe(`${sent.length} pictures saved.\n`);
    const saved = files(`${folder.path}/in`);
    expect(readdirSync(folder.path)).toEqual(["in"]);
    expect(saved).toHaveLength(sent.length);
    expect(saved.map((name) => readFileSync(`${folder.path}/in/${name}`).toString("base64")).sort()).toEqual(sent.map(({ value }) => value as string).sort());
  }
});

test("a name that is too long by itself is told of in one sentence", async () => {
  const topic = await makeTopic("long");
  await send(topic, pictures.slice(0, 1));
  await using folder = await tempFolder();
  const { code, stderr } = await kt(["consume", topic, "--save", `${folder.path}/${"a".repeat(260)}-%d.jpg`, "--exit"]);
  expect(code).toBe(1);
  expect(stderr).toContain("is too long");
  expectOneSentence(stderr);
});

test.each([[[]], [["--force"]]])(
  "a disk that is full in the middle of a picture, %j: what is saved is whole, and what was there stays",
  async (options: string[]) => {
    const topic = await makeTopic("full");
    await using folder = await tempFolder();
    const at = (name: string) => `${folder.path}/${name}`;
    await send(topic, pictures.slice(0, 2));
    await using saver = startKt(["consume", topic, "--save", at("%d.jpg"), ...options]);
    await eventually(() => existsSync(at("2.jpg")), "two pictures");
    if (options.length > 0) writeFileSync(at("3.jpg"), "mine");
    // A limit of what a file may have does to a write what a full disk does to it: a part is taken, and then there is an error.
    await run(["prlimit", "--pid", String(saver.pid), "--fsize=2000"]);
    expect(bytesOf(pictures[2] as RecordEnvelope).length).toBeGreaterThan(2000);
    await send(topic, pictures.slice(2, 4));
    expect(await saver.ended()).toBe(1);
    expectOneSentence(saver.stderr.text);
    expect(saver.stderr.text).toContain("3.jpg' would be larger than a file may be here");
    expect(readdirSync(folder.path).sort()).toEqual(options.length > 0 ? ["1.jpg", "2.jpg", "3.jpg"] : ["1.jpg", "2.jpg"]);
    for (const [i, picture] of pictures.slice(0, 2).entries()) expect(readFileSync(at(`${i + 1}.jpg`)).equals(bytesOf(picture))).toBe(true);
    if (options.length > 0) expect(readFileSync(at("3.jpg"), "utf8")).toBe("mine");
  },
);

test("a disk that is full in the middle of --record leaves no file that cannot be played", async () => {
  const topic = await makeTopic("full-record");
  await using folder = await tempFolder();
  await using recorder = startKt(["consume", topic, "--record", `${folder.path}/out.mp4`, "-n", "10"]);
  await eventually(() => existsSync(`${folder.path}/out.mp4`), "the file");
  await run(["prlimit", "--pid", String(recorder.pid), "--fsize=2000"]);
  await send(topic, pictures.slice(0, 10));
  expect(await recorder.ended()).toBe(1);
  expectOneSentence(recorder.stderr.text);
  expect(readdirSync(folder.path)).toEqual([]);
});
