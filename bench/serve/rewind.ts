/** A hundred viewers, each at its own place of an hour of video. */
import { join } from "node:path";
import type { Measured } from "../report/figure.ts";
import { kt, residentMb, run, work } from "../support.ts";
import { mean } from "./figures.ts";
import { makeTopic, startKt } from "./sides.ts";
import { watch } from "./viewers.ts";

const viewers = 100;
const rate = 15;
const hourMs = 3_600_000;
const seconds = 15;

export async function rewind(): Promise<Measured> {
  const topic = await makeTopic("rewind");
  const began = performance.now();
  // Its last moment is now: that is how --fast dates a file.
  await run([kt, "emit-video", await hourOfJpeg(), "--topic", topic, "--name", "hour", "--fast"]);
  const emittedSeconds = (performance.now() - began) / 1000;
  const endMs = Date.now();
  await using side = await startKt();
  const idleMb = residentMb(side.pid);
  const stepMs = hourMs / viewers;
  const place = (viewer: number) => new Date(endMs - hourMs + viewer * stepMs + 10_000).toISOString();
  const urls = Array.from({ length: viewers }, (_, viewer) => `${side.origin}/topics/${topic}/stream.mjpeg?from=@${place(viewer)}`);
  let mostMb = 0;
  const looking = setInterval(() => (mostMb = Math.max(mostMb, residentMb(side.pid))), 500);
  try {
    const watched = await watch(side.pid, { urls, stalled: [] }, seconds);
    const rates = watched.pictures.map((count) => count / watched.seconds);
    return {
      figures: [
        { name: `an hour of 360p${rate} into Kafka`, unit: "s", better: "less", kt: [emittedSeconds] },
        { name: `pictures for each of ${viewers} viewers, of ${rate}`, unit: "pictures/s", better: "more", kt: [mean(rates)] },
        { name: "pictures for the worst", unit: "pictures/s", better: "more", kt: [Math.min(...rates)] },
        { name: "processor time of kt serve", unit: "ms/s", better: "less", kt: [(watched.cpuSeconds / watched.seconds) * 1000] },
        { name: "memory of kt serve before", unit: "MB", better: "less", kt: [idleMb] },
        { name: "memory of kt serve at most", unit: "MB", better: "less", kt: [mostMb] },
      ],
    };
  } finally {
    clearInterval(looking);
  }
}

/** A minute, sixty times. */
async function hourOfJpeg(): Promise<string> {
  const [minute, hour] = [join(work, "minute.mov"), join(work, "hour.mov")];
  const source = ["-f", "lavfi", "-i", `testsrc=size=640x360:rate=${rate}`, "-t", "60"];
  await run(["ffmpeg", "-v", "error", "-y", ...source, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "8", minute]);
  await run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "59", "-i", minute, "-c", "copy", hour]);
  return hour;
}
