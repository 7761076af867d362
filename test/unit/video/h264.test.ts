import { afterAll, describe, expect, test } from "bun:test";
import { AnnexB, joinAnnexB, readSps, splitAnnexB } from "../../../src/video/formats/h264.ts";
import type { Frame } from "../../../src/video/frame.ts";
import { videoArguments } from "../../../src/video/source/arguments.ts";
import { readPackets } from "../../../src/video/source/packets.ts";
import { openClips } from "./clips.ts";
import { inputOf, jobOf } from "./jobs.ts";

const clips = openClips();
afterAll(() => clips.remove());

async function unitsOf(path: string): Promise<Frame[]> {
  const child = Bun.spawn(["ffmpeg", ...videoArguments(jobOf(inputOf(path)), "copy")], { stdout: "pipe", stderr: "ignore" });
  return Array.fromAsync(readPackets(child.stdout));
}

const types = (unit: Uint8Array) => splitAnnexB(unit).map((nal) => (nal[0] as number) & 0x1f);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("a copied clip", () => {
  test("has the units that ffmpeg's own conversion finds, with the parameter sets in front of each key frame", async () => {
    const clip = await clips.make("copy.mp4", "testsrc2=size=320x180:rate=25:duration=3", "-c:v", "libx264", "-g", "20", "-pix_fmt", "yuv420p");
    const frames = await unitsOf(clip);
    const child = Bun.spawn(["ffmpeg", "-v", "error", "-i", clip, "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"], { stdout: "pipe" });
    const reference = splitAnnexB(await new Response(child.stdout).bytes());
    expect(frames).toHaveLength(75);
    // ffmpeg puts the parameter sets behind the encoder's remarks (SEI), where the standard wants them in front.
    const sorted = (units: Uint8Array[]) => units.map((unit) => Bun.hash(unit)).sort();
    expect(sorted(frames.flatMap(({ data }) => splitAnnexB(data)))).toEqual(sorted(reference));
    const slices = (units: Uint8Array[]) => units.filter((unit) => ((unit[0] as number) & 0x1f) <= 5).map((unit) => Bun.hash(unit));
    expect(slices(frames.flatMap(({ data }) => splitAnnexB(data)))).toEqual(slices(reference));
    expect(frames.filter(({ key }) => key).length).toBeGreaterThanOrEqual(4);
    for (const { data, key, codec, width, height } of frames) {
      expect(hex(data.subarray(0, 4))).toBe("00000001");
      expect(key ? types(data).slice(0, 2) : types(data).includes(7)).toEqual(key ? [7, 8] : false);
      expect({ codec, width, height }).toEqual({ codec: expect.stringMatching(/^avc1\.6400[0-9a-f]{2}$/), width: 320, height: 180 });
    }
  });

  test("whose frames are stored out of order has both times, the decoding time never going back", async () => {
    const frames = await unitsOf(await clips.make("b.mp4", "testsrc2=size=160x120:rate=25:duration=2", "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"));
    const dts = frames.map(({ dtsUs }) => Math.round(dtsUs));
    expect(dts).toEqual([...dts].sort((a, b) => a - b));
    expect(dts[0]).toBeLessThan(0);
    const pts = frames.map(({ ptsUs }) => Math.round(ptsUs));
    expect(pts).not.toEqual([...pts].sort((a, b) => a - b));
    expect([...pts].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i * 40_000));
  });
});

describe("a sequence parameter set", () => {
  const size = async (name: string, wanted: string, ...options: string[]) => {
    const [first] = await unitsOf(
      await clips.make(
        name,
        `testsrc2=size=1920x1080:rate=5:duration=0.4`,
        "-vf",
        `${options[1] === "yuv444p" ? "format=yuv444p," : ""}crop=${wanted.replace("x", ":")}:exact=1`,
        "-c:v",
        "libx264",
        ...options,
      ),
    );
    const sps = splitAnnexB((first as Frame).data).find((unit) => ((unit[0] as number) & 0x1f) === 7) as Uint8Array;
    const info = readSps(sps);
    return [info.codec.slice(0, 9), `${info.width}x${info.height}`];
  };
  test.each([
    ["cropped", "1918x1078", ["-pix_fmt", "yuv420p"], "avc1.6400"],
    ["of odd size, with all colours", "321x241", ["-pix_fmt", "yuv444p"], "avc1.f400"],
    ["of ten bits", "640x360", ["-pix_fmt", "yuv420p10le"], "avc1.6e00"],
    ["interlaced", "720x576", ["-flags", "+ilme+ildct", "-pix_fmt", "yuv420p"], "avc1.6400"],
    ["baseline", "176x144", ["-profile:v", "baseline", "-pix_fmt", "yuv420p"], "avc1.42c0"],
    ["with scaling lists", "320x240", ["-x264-params", "cqm=jvt", "-pix_fmt", "yuv420p"], "avc1.6400"],
  ])("%s", async (name, wanted, options, codec) => {
    expect(await size(`${name.replaceAll(/\W/g, "")}.mkv`, wanted, ...options)).toEqual([codec, wanted]);
  });
});

describe("Annex B", () => {
  const sps = Uint8Array.of(0x67, 1, 2, 3, 0xff);
  const pps = Uint8Array.of(0x68, 9);
  const avcC = (lengthBytes: number) => Uint8Array.of(1, 1, 2, 3, 0xfc | (lengthBytes - 1), 0xe1, 0, sps.length, ...sps, 1, 0, pps.length, ...pps);
  const idr = Uint8Array.of(0x65, 7, 7);
  const delimiter = Uint8Array.of(0x09, 0x10);

  test("parameter sets stand behind a delimiter, and only in front of a key frame", () => {
    const convert = new AnnexB(avcC(4));
    expect(hex(convert.convert(Uint8Array.of(0, 0, 0, 2, ...delimiter, 0, 0, 0, 3, ...idr), true))).toBe(hex(joinAnnexB([delimiter, sps, pps, idr])));
    expect(hex(convert.convert(Uint8Array.of(0, 0, 0, 3, 0x41, 1, 2), false))).toBe("00000001410102");
  });
  test("a frame that brings its own keeps them as they are, and they hold from then on", () => {
    const convert = new AnnexB(avcC(4));
    const other = Uint8Array.of(0x68, 8, 8);
    expect(types(convert.convert(Uint8Array.of(0, 0, 0, 3, ...other, 0, 0, 0, 3, ...idr), true))).toEqual([7, 8, 5]);
    expect(hex(convert.convert(Uint8Array.of(0, 0, 0, 3, ...idr), true))).toBe(hex(joinAnnexB([sps, other, idr])));
  });
  test("short lengths are read as well", () => {
    expect(hex(new AnnexB(avcC(1)).convert(Uint8Array.of(3, 0x41, 1, 2), false))).toBe("00000001410102");
    expect(hex(new AnnexB(avcC(2)).convert(Uint8Array.of(0, 3, 0x41, 1, 2), false))).toBe("00000001410102");
  });
  test("what was joined is split into the same units, by start codes of three bytes and four", () => {
    expect(splitAnnexB(Uint8Array.of(0, 0, 1, ...sps, 0, 0, 0, 1, ...pps, 0, 0, 1, ...idr)).map(hex)).toEqual([sps, pps, idr].map(hex));
    expect(splitAnnexB(joinAnnexB([sps, pps, idr])).map(hex)).toEqual([sps, pps, idr].map(hex));
    expect(splitAnnexB(new Uint8Array())).toEqual([]);
  });
});

test.each([
  ["1/1", [1, 1]],
  ["12/11", [12, 11]],
  ["4/3", [4, 3]],
  ["64/45", [64, 45]],
])("pixels of %s say so in the SPS", async (aspect, pixelAspect) => {
  const name = `aspect-${aspect.replace("/", "-")}.mp4`;
  const clip = await clips.make(name, "testsrc2=size=160x120:rate=5:duration=1", "-vf", `setsar=${aspect}`, "-c:v", "libx264", "-pix_fmt", "yuv420p");
  const [first] = await unitsOf(clip);
  const sps = splitAnnexB((first as Frame).data).find((unit) => ((unit[0] as number) & 0x1f) === 7);
  expect(readSps(sps as Uint8Array)).toMatchObject({ width: 160, height: 120, pixelAspect });
});
