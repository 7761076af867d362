/**
 * emit-video --fast beside ffmpeg alone and beside the usual OpenCV loop, on the same clips, by turns; and kt's own
 * processor time a frame, without ffmpeg's.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure, Measured } from "./report/figure.ts";
import { brokers, byTurns, cpuSeconds, kt, python, root, run, testClip, work } from "./support.ts";

const rounds = 5;
const rate = 25;

/** The one that is inside kt, by itself; where kt was built without one there is only that of PATH. */
const inside = join(root, ".build/ffmpeg/ffmpeg");

/** As everybody writes it. */
const loop = `import sys, cv2
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], max_request_size=16777216, acks='all')
video = cv2.VideoCapture(sys.argv[3])
while True:
    ok, frame = video.read()
    if not ok: break
    ok, jpeg = cv2.imencode('.jpg', frame, [cv2.IMWRITE_JPEG_QUALITY, 85])
    producer.send(sys.argv[2], jpeg.tobytes())
producer.flush()
`;

export async function emit(): Promise<Measured> {
  const figures = [...(await compare("720p", "1280x720", 20)), ...(await compare("1080p", "1920x1080", 5))];
  for (const pace of [[], ["--fast"]]) for (const codec of ["copy", "mjpeg"]) figures.push(await ownTime(codec, pace));
  return {
    figures,
    remarks: [
      "Frames of a whole run by the time of the whole process, from its start to its end. ffmpeg alone is Debian's, and then the very one that kt has inside: what is missing to 1 beside that is Kafka, and kt's start. The loop is cv2.VideoCapture, cv2.imencode and KafkaProducer.send.",
    ],
  };
}

async function compare(what: string, size: string, seconds: number): Promise<Figure[]> {
  const clip = await testClip({ source: "mandelbrot", size, rate, seconds });
  const script = join(work, "opencv.py");
  writeFileSync(script, loop);
  const name = (who: string, round: number) => `bench-${who}-${size}-${process.pid}-${round}`;
  // The same encoder, pixels and quality as kt asks for.
  const encode = "-map 0:v:0 -fps_mode passthrough -c:v mjpeg -pix_fmt yuvj420p -q:v 5 -f image2pipe";
  const send = (who: string, codec: string) => async (round: number) =>
    (await run([kt, "emit-video", clip, "--fast", "--codec", codec, "--topic", name(who, round)])).seconds;
  const alone = (ffmpeg: string) => async () => (await run(["sh", "-c", `"${ffmpeg}" -v error -nostdin -i "${clip}" ${encode} - | cat > /dev/null`])).seconds;
  const took = await byTurns(rounds, {
    ffmpeg: alone("ffmpeg"),
    inside: alone(existsSync(inside) ? inside : "ffmpeg"),
    jpeg: send("jpeg", "mjpeg"),
    copy: send("copy", "copy"),
    opencv: async (round) => {
      await run([kt, "topic", "create", name("cv", round), "--config", "max.message.bytes=16777216"]);
      return (await run([python, script, brokers(), name("cv", round), clip])).seconds;
    },
  });
  const fps = (values: number[]) => values.map((value) => (seconds * rate) / value);
  const figure = (way: string, kt: number[], other: string, values: number[], bar?: Figure["bar"]): Figure => ({
    name: `${what}, ${seconds} s, ${way}`,
    unit: "frames/s",
    better: "more",
    kt: fps(kt),
    other: { name: other, values: fps(values) },
    bar,
  });
  // The bars are those of 720p.
  const bars = what === "720p";
  return [
    figure("to JPEG", took.jpeg, "ffmpeg alone, to a pipe", took.ffmpeg, bars ? { least: 0.9 } : undefined),
    figure("to JPEG", took.jpeg, "the ffmpeg inside kt alone", took.inside, bars ? { least: 0.9 } : undefined),
    figure("to JPEG", took.jpeg, "OpenCV and kafka-python", took.opencv, bars ? { least: 3 } : undefined),
    figure("H.264 passed through", took.copy, "OpenCV and kafka-python", took.opencv),
  ];
}

interface Counted {
  frames: number;
  seconds: number;
}

const looks = 8;
const settled = 3;

/** kt's own processor time a frame, between two moments of a run that goes on: neither its start nor ffmpeg's work is in it. */
async function ownTime(codec: string, pace: string[]): Promise<Figure> {
  const clip = await testClip({ source: "mandelbrot", size: "1280x720", rate, seconds: 20 });
  const args = ["--loop", "--codec", codec, "--topic", `bench-cpu-${codec}-${process.pid}`, "--stats", "json", ...pace];
  const child = Bun.spawn([kt, "emit-video", clip, ...args], { stdout: "ignore", stderr: "pipe", env: { ...process.env, KT_BROKERS: brokers() } });
  const counted: Counted[] = [];
  let rest = "";
  for await (const chunk of child.stderr) {
    const lines = (rest + Buffer.from(chunk).toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) counted.push({ frames: (JSON.parse(line) as Counted).frames, seconds: cpuSeconds(child.pid) });
    if (counted.length === looks) child.kill("SIGINT");
  }
  await child.exited;
  const [first, last] = [counted[settled], counted[looks - 1]] as [Counted, Counted];
  const used = (last.seconds - first.seconds) / (last.frames - first.frames);
  return { name: `kt's own processor time, 720p, ${codec}, ${pace[0] ?? "in real time"}`, unit: "ms a frame", better: "less", kt: [used * 1000] };
}
