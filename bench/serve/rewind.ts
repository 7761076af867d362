/** A hundred viewers, each at its own place of an hour of video. */
import { join } from "node:path";
import { kt, report, residentMb, run, work } from "../support.ts";
import { load, mean } from "./figures.ts";
import { makeTopic, startKt } from "./sides.ts";
import { watch } from "./viewers.ts";

const viewers = 100;
const rate = 15;
const hourMs = 3_600_000;
const seconds = 30;

export async function rewind(): Promise<void> {
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
    report(
      `${viewers} rewinding viewers over an hour of 360p${rate} (emitted in ${emittedSeconds.toFixed(0)} s): ${idleMb.toFixed(0)} MB before, ${mostMb.toFixed(0)} MB at most; ${mean(rates).toFixed(1)} pictures a second for each viewer, the worst had ${Math.min(...rates).toFixed(1)}; ${(watched.cpuSeconds / watched.seconds).toFixed(2)} CPU s a second; ${load()}`,
    );
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
