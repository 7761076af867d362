import { afterAll, expect, test } from "bun:test";
import { videoArguments } from "../../../src/video/source/arguments.ts";
import { FragmentParser, type Sample } from "../../../src/video/source/fragments.ts";
import { openClips } from "./clips.ts";
import { inputOf, jobOf } from "./jobs.ts";

const clips = openClips();
afterAll(() => clips.remove());

async function written(name: string, ...options: string[]): Promise<Uint8Array> {
  const clip = await clips.make(name, "testsrc2=size=160x120:rate=25:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", ...options);
  const child = Bun.spawn(["ffmpeg", ...videoArguments(jobOf(inputOf(clip)), "copy")], { stdout: "pipe", stderr: "ignore" });
  return new Response(child.stdout).bytes();
}

function parse(bytes: Uint8Array, chunkBytes: number): { parser: FragmentParser; samples: Sample[] } {
  const parser = new FragmentParser();
  const samples: Sample[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) samples.push(...parser.push(bytes.slice(at, at + chunkBytes)));
  return { parser, samples };
}

test("however the bytes are cut, the samples are the same", async () => {
  const bytes = await written("cut.mp4");
  const whole = parse(bytes, bytes.length);
  expect(whole.samples).toHaveLength(25);
  expect(whole.parser.track).toMatchObject({ format: "avc1", width: 160, height: 120 });
  for (const chunkBytes of [1, 7, 100, 4096]) expect(parse(bytes, chunkBytes).samples).toEqual(whole.samples);
});

test("a sample is there with its last byte, not with the next sample's first", async () => {
  const bytes = await written("prompt.mp4", "-bf", "0");
  const parser = new FragmentParser();
  const counts = Array.from(bytes, (_, i) => parser.push(bytes.subarray(i, i + 1)).length);
  const { samples } = parse(bytes, bytes.length);
  const ends = samples.map(({ data }) => Buffer.from(bytes).indexOf(data) + data.length - 1);
  expect(counts.flatMap((count, i) => (count > 0 ? [i] : []))).toEqual(ends);
});

test("what is no MP4 is an error and not a wait for ever", () => {
  expect(() => new FragmentParser().push(Buffer.from("RIFF1234AVI LIST"))).toThrow(/no MP4/);
});
