/**
 * emit-video --fast against ffmpeg alone and against the usual OpenCV loop, on the same clips, by turns;
 * and kt's own processor time a frame, without ffmpeg's.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokers, byTurns, cpuSeconds, kt, median, python, report, run, testClip, work } from "./support.ts";

const rounds = 3;
const seconds = 16;
const rate = 25;
const frames = seconds * rate;

const opencv = join(work, "opencv.py");
writeFileSync(
  opencv,
  `import sys, cv2
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], max_request_size=16777216, acks='all')
video = cv2.VideoCapture(sys.argv[3])
while True:
    ok, frame = video.read()
    if not ok: break
    ok, jpeg = cv2.imencode('.jpg', frame, [cv2.IMWRITE_JPEG_QUALITY, 85])
    producer.send(sys.argv[2], jpeg.tobytes())
producer.flush()
`,
);

const fps = (timings: number[]) => frames / median(timings);
const ratio = (one: number, other: number) => (one / other).toFixed(2);

async function compare(size: string): Promise<void> {
  const clip = await testClip({ source: "mandelbrot", size, rate, seconds });
  const name = (what: string, round: number) => `bench-${what}-${size}-${process.pid}-${round}`;
  // The same encoder, pixels and quality as kt asks for.
  const encode = "-map 0:v:0 -fps_mode passthrough -c:v mjpeg -pix_fmt yuvj420p -q:v 5 -f image2pipe";
  const emit = (what: string, codec: string) => async (round: number) =>
    (await run([kt, "emit-video", clip, "--fast", "--codec", codec, "--topic", name(what, round)])).seconds;
  const timings = await byTurns(rounds, {
    ffmpeg: async () => (await run(["sh", "-c", `ffmpeg -v error -nostdin -i "${clip}" ${encode} - | cat > /dev/null`])).seconds,
    jpeg: emit("jpeg", "mjpeg"),
    copy: emit("copy", "copy"),
    opencv: async (round) => {
      await run([kt, "topic", "create", name("cv", round), "--config", "max.message.bytes=16777216"]);
      return (await run([python, opencv, brokers(), name("cv", round), clip])).seconds;
    },
  });
  const [alone, jpeg, copy, loop] = [fps(timings.ffmpeg), fps(timings.jpeg), fps(timings.copy), fps(timings.opencv)];
  report(`${size}, ${frames} frames, frames a second, start and end of the process included: ffmpeg alone ${alone.toFixed(0)}, OpenCV loop ${loop.toFixed(0)}`);
  report(`  kt to JPEG ${jpeg.toFixed(0)}: ${ratio(jpeg, alone)} of ffmpeg alone, ${ratio(jpeg, loop)} times the loop`);
  report(`  kt passing H.264 through ${copy.toFixed(0)}: ${ratio(copy, loop)} times the loop`);
}

interface Counted {
  frames: number;
  seconds: number;
}

/** kt's own processor time a frame, between two moments of a run that goes on: neither its start nor ffmpeg's work is in it. */
async function ownTime(codec: string, pace: string[]): Promise<void> {
  const clip = await testClip({ source: "mandelbrot", size: "1280x720", rate, seconds });
  const args = ["--loop", "--codec", codec, "--topic", `bench-cpu-${codec}-${process.pid}`, "--stats", "json", ...pace];
  const child = Bun.spawn([kt, "emit-video", clip, ...args], { stdout: "ignore", stderr: "pipe", env: { ...process.env, KT_BROKERS: brokers() } });
  const counted: Counted[] = [];
  let rest = "";
  for await (const chunk of child.stderr) {
    const lines = (rest + Buffer.from(chunk).toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) counted.push({ frames: (JSON.parse(line) as Counted).frames, seconds: cpuSeconds(child.pid) });
    if (counted.length === 20) child.kill("SIGINT");
  }
  await child.exited;
  const [first, last] = [counted[4], counted[19]] as [Counted, Counted];
  const [used, emitted] = [last.seconds - first.seconds, last.frames - first.frames];
  report(
    `720p, ${codec}, ${pace[0] ?? "in real time"}: ${((used / emitted) * 1000).toFixed(2)} ms of kt's own processor time a frame, at ${(emitted / 15).toFixed(0)} frames a second`,
  );
}

await compare("1280x720");
await compare("1920x1080");
for (const pace of [[], ["--fast"]]) for (const codec of ["copy", "mjpeg"]) await ownTime(codec, pace);
