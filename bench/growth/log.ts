/** A minute to ten hours of one stream in the log: what a picture out of the middle of it, and its timeline, take a server that has just started. */
import { join } from "node:path";
import type { Measured } from "../report/figure.ts";
import { makeTopic, startKt } from "../serve/sides.ts";
import { cpuSeconds, kt, residentMb, run, work } from "../support.ts";

const minutes = [1, 10, 60, 600];
const rate = 5;
const rounds = 3;

export async function log(): Promise<Measured> {
  const points = { picture: growth(), again: growth(), cpu: growth(), memory: growth() };
  for (const count of minutes) {
    const topic = await makeTopic("log");
    // Its last moment is now: that is how --fast dates a file.
    await run([kt, "emit-video", await clipOf(count), "--topic", topic, "--name", "long", "--fast"]);
    const endMs = Date.now();
    const values = { picture: [] as number[], again: [] as number[], cpu: [] as number[], memory: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      await using side = await startKt();
      await Bun.sleep(1000);
      const at = (part: number) => Math.round(endMs - count * 60_000 * part);
      const asked = async (timeMs: number) => {
        const began = performance.now();
        const response = await fetch(`${side.origin}/topics/${topic}/frame?key=long&at=${timeMs}`);
        await response.bytes();
        if (!response.ok) throw new Error(`the picture at ${timeMs}: ${response.status}`);
        return performance.now() - began;
      };
      const before = cpuSeconds(side.pid);
      values.picture.push(await asked(at(0.3 + 0.1 * round)));
      values.again.push(await asked(at(0.75 - 0.1 * round)));
      // The kernel counts in hundredths of a second.
      values.cpu.push(Math.max(10, (cpuSeconds(side.pid) - before) * 1000));
      values.memory.push(residentMb(side.pid));
    }
    for (const name of ["picture", "again", "cpu", "memory"] as const) points[name].push({ count, values: values[name] });
  }
  const of = "minutes of log";
  return {
    figures: [],
    growths: [
      { name: "a picture out of the middle, first question", of, unit: "ms", points: points.picture },
      { name: "another one, second question", of, unit: "ms", points: points.again },
      { name: "processor time of both", of, unit: "ms", points: points.cpu },
      { name: "memory of kt serve", of, unit: "MB", points: points.memory },
    ],
  };
}

const growth = () => [] as { count: number; values: number[] }[];

/** A minute, as often as needed. */
async function clipOf(count: number): Promise<string> {
  const [minute, clip] = [join(work, "small-minute.mov"), join(work, `small-${count}.mov`)];
  const source = ["-f", "lavfi", "-i", `testsrc=size=160x90:rate=${rate}`, "-t", "60"];
  await run(["ffmpeg", "-v", "error", "-y", ...source, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "8", minute]);
  await run(["ffmpeg", "-v", "error", "-y", "-stream_loop", String(count - 1), "-i", minute, "-c", "copy", clip]);
  return clip;
}
