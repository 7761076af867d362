/** kt emit-video with inputs that are not as they should be, and topics that do not take them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, writeFile } from "node:fs/promises";
import { damage, ffmpeg, makeClip } from "./support/clips.ts";
import { header } from "./support/frames.ts";
import { kt, ktOk, makeTopic, recordsOf, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
const at = (name: string) => `${folder.path}/${name}`;

beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function expectRefused(input: string, sentence: RegExp): Promise<void> {
  const topic = uniqueName("refused");
  const { code, stdout, stderr } = await kt(["emit-video", input, "--topic", topic]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.split("\n").filter((line) => line.startsWith("kt: "))).toEqual([expect.stringMatching(sentence)]);
  expect(stderr).toContain(input);
  expect(stderr).not.toMatch(/unexpectedly|undefined/);
}

test("a missing file", () => expectRefused(at("no such.mp4"), /^kt: There is no file/));
test("a folder without images", () => expectRefused(folder.path, /^kt: The folder .* has no images in it/));
test("an empty file", async () => {
  await writeFile(at("empty.mp4"), "");
  await expectRefused(at("empty.mp4"), /^kt: .*is no video/);
});
test("a file that is no video", async () => {
  await writeFile(at("text.mp4"), "this is text\n".repeat(1000));
  await expectRefused(at("text.mp4"), /^kt: .*is no video/);
});
test("a file with sound only", async () => {
  await ffmpeg(["-f", "lavfi", "-i", "sine", "-t", "1", at("sound.wav")]);
  await expectRefused(at("sound.wav"), /^kt: .*has no video/);
});
test("a video that was cut off before its index", async () => {
  const clip = await makeClip(at("cut.mp4"), { seconds: 1 });
  const bytes = await Bun.file(clip).bytes();
  await writeFile(clip, bytes.subarray(0, bytes.length * 0.7));
  await expectRefused(clip, /^kt: .*is no video/);
});

test("an input that is no video leaves no topic behind", async () => {
  const topic = uniqueName("untouched");
  await writeFile(at("text.mov"), "this is text\n");
  await kt(["emit-video", at("text.mov"), "--topic", topic]);
  expect((await kt(["topic", "describe", topic])).code).toBe(1);
});

const damagedSources: [string, string, string[]][] = [
  ["H.264 without B-frames", "plain.mp4", ["-c:v", "libx264", "-bf", "0", "-pix_fmt", "yuv420p"]],
  ["H.264 with B-frames", "bframes.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"]],
  ["MPEG-4", "mpeg4.mp4", ["-c:v", "mpeg4", "-q:v", "4"]],
  ["Motion JPEG", "mjpeg.mov", ["-c:v", "mjpeg", "-q:v", "4"]],
  ["an AVI, whose packets themselves get lost", "mpeg4.avi", ["-c:v", "mpeg4", "-q:v", "4"]],
];

test.each(damagedSources)("a damaged file (%s): what can be decoded is sent, what is lost is counted, exit code 0", async (_, name, encoding) => {
  await makeClip(at(name), { encoding });
  await copyFile(at(name), at(`damaged-${name}`));
  await damage(at(`damaged-${name}`));
  const topic = uniqueName("damaged");
  const { code, stderr } = await kt(["emit-video", at(`damaged-${name}`), "--topic", topic, "--fast", "--codec", "mjpeg"]);
  const delivered = Number(/ (\d+) delivered, 0 failed/.exec(stderr)?.[1]);
  const lost = Number(/Warning: .*?(\d+) of \d+ frames could not be decoded/.exec(stderr)?.[1]);
  expect({ code, stderr, total: delivered + lost }).toEqual({ code: 0, stderr, total: 100 });
  expect(lost).toBeGreaterThan(0);
  const records = await recordsOf(topic);
  expect(records).toHaveLength(delivered + 1);
  // The clip goes on after the damage, to its last second.
  expect(Number(header(records.at(-2), "kt-pts"))).toBeGreaterThan(3_000_000);
});

test("a frame that is larger than the topic takes: its size, the setting and its value, exit code 1", async () => {
  const clip = await makeClip(at("large.mp4"), { seconds: 1, size: "640x480" });
  const topic = await makeTopic("narrow", "--config", "max.message.bytes=5000");
  const { code, stderr } = await kt(["emit-video", clip, "--topic", topic]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^kt: Frame 0 has \d{4,} bytes, .*max\.message\.bytes is 5000.*\n$/m);
  expect(stderr).toContain(topic);
  expect(stderr).toMatch(/: \d+ sent, 0 delivered, [1-9]\d* failed/);
});

test("frames far above Kafka's default of 1 MB fit into a topic that kt makes", async () => {
  const noise = at("noise.mov");
  await ffmpeg(["-f", "lavfi", "-i", "nullsrc=size=1920x1080:rate=5,geq=random(1)*255:128:128", "-t", "1", "-c:v", "mjpeg", "-q:v", "2", noise]);
  const topic = uniqueName("wide");
  const { stderr } = await ktOk(["emit-video", noise, "--topic", topic, "--quality", "2"]);
  expect(stderr).toContain("5 sent, 5 delivered, 0 failed");
  const sizes = (await recordsOf(topic)).slice(0, 5).map(({ value }) => Buffer.from(value as string, "base64").length);
  expect(Math.min(...sizes)).toBeGreaterThan(1_200_000);
});
