import { expect, test } from "bun:test";
import { DecodedParser } from "../../../src/video/ffmpeg/decoded-parser.ts";
import { decoderArguments, openJpegDecoder } from "../../../src/video/ffmpeg/jpeg-decoder.ts";

const said = "#software: Lavf59.27.100\n#tb 0: 1/1000000\n#media_type 0: video\n";
const line = (timeUs: number, size: number) =>
  `0, ${String(timeUs).padStart(10)}, ${String(timeUs).padStart(10)},        1, ${String(size).padStart(8)}, 0x12345678\n`;
/** With what could be taken for a line in it. */
const picture = (size: number, fill: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(size - 3, fill)]);

test("pictures are cut by the lines in front of them, in whatever pieces they come", () => {
  const pictures = [picture(40, "\n"), picture(2000, "0, 1, 1, 1, 5, 0x\n"), picture(3, "")];
  const stream = Buffer.concat([Buffer.from(said), ...pictures.flatMap((data, i) => [Buffer.from(line(40_000 * i - 40_000, data.length)), data])]);
  for (const step of [1, 7, 100, stream.length]) {
    const parser = new DecodedParser();
    const found = [];
    for (let at = 0; at < stream.length; at += step) found.push(...parser.push(stream.subarray(at, at + step)));
    expect(found.map(({ timeUs }) => timeUs)).toEqual([-40_000, 0, 40_000]);
    expect(found.map(({ data }) => Buffer.from(data))).toEqual(pictures);
  }
});

test.each([
  ["another line", "nothing of ours\n"],
  ["bytes without a line", "x".repeat(2000)],
])("%s is no decoder's output", (_, text) => {
  expect(() => new DecodedParser().push(Buffer.from(text))).toThrow("where a picture's time and size should be");
});

test("pictures before a time are decoded, and not encoded", () => {
  expect(decoderArguments(undefined).join(" ")).not.toContain("select=");
  expect(decoderArguments(10_040_000).join(" ")).toContain("-vf select=gte(t\\,10.0399995),scale=");
});

/** Access units of a clip, each with the time at which it is shown, in decoding order. */
async function units(encoding: string[], frames: number): Promise<Uint8Array[]> {
  const args = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-frames:v", String(frames), "-c:v", "libx264", ...encoding];
  const child = Bun.spawn(["ffmpeg", ...args, "-x264-params", "aud=1:repeat-headers=1", "-pix_fmt", "yuv420p", "-f", "h264", "pipe:1"], { stdout: "pipe" });
  const bytes = Buffer.from(await new Response(child.stdout).arrayBuffer());
  const delimiter = Buffer.from([0, 0, 0, 1, 9]);
  const begins: number[] = [];
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) begins.push(at);
  return begins.map((begin, i) => bytes.subarray(begin, begins[i + 1] ?? bytes.length));
}

test("each picture comes out before the next is written, with the time that it was given", async () => {
  const decoder = openJpegDecoder("ffmpeg");
  try {
    const pictures = decoder.pictures()[Symbol.asyncIterator]();
    for (const [i, unit] of (await units(["-bf", "0"], 20)).entries()) {
      await decoder.write(unit, 1_000_000 + i * 40_000);
      const { value } = await pictures.next();
      expect(value?.timeUs).toBe(1_000_000 + i * 40_000);
      expect([...(value?.data.subarray(0, 3) ?? [])]).toEqual([0xff, 0xd8, 0xff]);
    }
    decoder.finish();
    expect((await pictures.next()).done).toBe(true);
    expect(decoder.end).toMatchObject({ code: 0, died: false, log: "" });
  } finally {
    decoder.kill();
  }
});

test("only the last picture comes out where only it is asked for", async () => {
  const decoder = openJpegDecoder("ffmpeg", { fromUs: 1_000_000 + 19 * 40_000 });
  for (const [i, unit] of (await units(["-bf", "0"], 20)).entries()) await decoder.write(unit, 1_000_000 + i * 40_000);
  decoder.finish();
  const times = [];
  for await (const { timeUs } of decoder.pictures()) times.push(timeUs);
  expect(times).toEqual([1_000_000 + 19 * 40_000]);
});
