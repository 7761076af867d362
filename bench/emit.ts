/** emit-video --fast against ffmpeg alone and against the usual OpenCV loop, on one clip, by turns. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokers, byTurns, kt, median, python, report, run, work } from "./support.ts";

const clip = process.argv[2] ?? join(work, "clip.mp4");
if (!process.argv[2])
  await run([
    "ffmpeg",
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    "mandelbrot=size=1280x720:rate=25",
    "-t",
    "24",
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-pix_fmt",
    "yuv420p",
    clip,
  ]);
const frames = Number(
  (
    await run(["ffprobe", "-v", "error", "-count_packets", "-select_streams", "v:0", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", clip])
  ).stdout.trim(),
);

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

const name = (what: string, round: number) => `bench-${what}-${process.pid}-${round}`;
const fps = (values: number[]) => frames / median(values);
const timings = await byTurns(5, {
  // The same encoder, pixels and quality as kt asks for.
  ffmpeg: async () =>
    (
      await run([
        "sh",
        "-c",
        `ffmpeg -v error -nostdin -i "${clip}" -map 0:v:0 -fps_mode passthrough -c:v mjpeg -pix_fmt yuvj420p -q:v 5 -f image2pipe - | cat > /dev/null`,
      ])
    ).seconds,
  kt: async (round) => (await run([kt, "emit-video", clip, "--fast", "--topic", name("kt", round)])).seconds,
  opencv: async (round) => {
    await run([kt, "topic", "create", name("cv", round), "--config", "max.message.bytes=16777216"]);
    return (await run([python, opencv, brokers(), name("cv", round), clip])).seconds;
  },
});
report(
  `${frames} frames: ffmpeg alone ${fps(timings.ffmpeg).toFixed(0)} fps, kt ${fps(timings.kt).toFixed(0)} fps, OpenCV and kafka-python ${fps(timings.opencv).toFixed(0)} fps`,
);
report(
  `kt against ffmpeg alone: ${(fps(timings.kt) / fps(timings.ffmpeg)).toFixed(2)}; kt against the OpenCV loop: ${(fps(timings.kt) / fps(timings.opencv)).toFixed(2)} times`,
);
