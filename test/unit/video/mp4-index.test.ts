import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { readMp4Index } from "../../../src/video/source/mp4-index.ts";
import { openClips, output, probeTimes } from "./clips.ts";

const clips = openClips();
afterAll(() => clips.remove());

/** Two seconds, ten pictures a second, a key frame every second. */
const source = "testsrc2=size=160x120:rate=10:duration=2";
const x264 = (...more: string[]) => ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-sc_threshold", "0", ...more];
const copy = async (from: string, name: string, ...options: string[]) => {
  await output("ffmpeg", "-nostdin", "-v", "error", ...options, "-i", from, "-c", "copy", clips.path(name));
  return clips.path(name);
};

let withB: string;
let withoutB: string;
beforeAll(async () => {
  withB = await clips.make("b.mp4", source, ...x264("-bf", "3"));
  withoutB = await clips.make("plain.mov", source, ...x264("-bf", "0"));
});

describe("the index of an MP4", () => {
  test("whose edit list only makes up for the order of B-frames says that nothing is cut away", async () => {
    expect(await readMp4Index(withB, undefined)).toEqual({ shown: 20, cut: false });
    expect(await readMp4Index(withoutB, undefined)).toEqual({ shown: 20, cut: false });
  });

  test.each([
    ["the begin, with B-frames", () => copy(withB, "late-b.mp4", "-ss", "0.55")],
    ["the begin, without", () => copy(withoutB, "late.mp4", "-ss", "0.55")],
    ["whole seconds and a part of one", () => copy(withoutB, "later.mp4", "-ss", "1.35")],
  ])("that cuts away %s says so, and shows what a player shows", async (_, make) => {
    const clip = await make();
    const shown = (await probeTimes(clip)).length;
    expect(shown).toBeLessThan(20);
    expect(await readMp4Index(clip, undefined)).toEqual({ shown, cut: true });
  });

  test("that cuts away the end says so", async () => {
    const bytes = Buffer.from(await Bun.file(withoutB).arrayBuffer());
    // Version and flags, one entry, then its duration in milliseconds.
    bytes.writeUInt32BE(1200, bytes.indexOf("elst") + 12);
    await Bun.write(clips.path("early.mov"), bytes);
    expect(await readMp4Index(clips.path("early.mov"), undefined)).toEqual({ shown: 12, cut: true });
  });

  test("that begins with nothing for a while cuts nothing away", async () => {
    const delayed = clips.path("delayed.mp4");
    await output(
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-itsoffset",
      "1",
      "-i",
      withB,
      "-f",
      "lavfi",
      "-t",
      "3",
      "-i",
      "sine",
      "-c:v",
      "copy",
      "-c:a",
      "aac",
      delayed,
    );
    expect(await readMp4Index(delayed, undefined)).toEqual({ shown: 20, cut: false });
  });

  test("is that of the track that is asked for", async () => {
    const two = clips.path("two.mp4");
    await output(
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-i",
      withB,
      "-f",
      "lavfi",
      "-i",
      "testsrc=rate=5:duration=1",
      "-map",
      "0",
      "-map",
      "1",
      "-c:v",
      "libx264",
      two,
    );
    expect([await readMp4Index(two, 1), await readMp4Index(two, 2)]).toEqual([
      { shown: 20, cut: false },
      { shown: 5, cut: false },
    ]);
  });

  test("is not to be had of other files, whatever is in them", async () => {
    await clips.make("other.mkv", source, ...x264());
    await Bun.write(clips.path("text.mp4"), "hello\n");
    const half = Buffer.from(await Bun.file(withB).arrayBuffer());
    await Bun.write(clips.path("half.mp4"), half.subarray(0, half.length - 300));
    await Bun.write(clips.path("endless.mp4"), Buffer.from("ffffffff6d6f6f76ffffffff7472616b", "hex"));
    for (const name of ["other.mkv", "text.mp4", "endless.mp4", "missing.mp4"]) expect(await readMp4Index(clips.path(name), undefined)).toBeUndefined();
    // What is left of the tables of a file that was cut off is no reason to fail.
    await readMp4Index(clips.path("half.mp4"), undefined);
  });

  test.each(["stts", "ctts", "elst"])("whose table %s counts four billion is not believed, and fills no memory", async (table) => {
    const bytes = await readFile(withB);
    const at = bytes.indexOf(table);
    expect(at).toBeGreaterThan(0);
    // The count of its entries, and of pictures in the first one.
    for (const place of [at + 8, at + 12]) bytes.writeUInt32BE(0xffff_fff0, place);
    await writeFile(clips.path("billions.mp4"), bytes);
    const before = process.memoryUsage.rss();
    const index = await readMp4Index(clips.path("billions.mp4"), undefined);
    expect(process.memoryUsage.rss() - before).toBeLessThan(500e6);
    if (table !== "ctts") expect(index).toBeUndefined();
  });
});
