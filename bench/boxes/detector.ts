/** A detector that sees so many boxes in each picture, at once. */
import { brokers, kt } from "../support.ts";

const env = () => ({ ...process.env, KT_BROKERS: brokers() });
const labels = ["person", "car", "bicycle", "dog"];

/** Boxes that move from picture to picture, each with a label, a score and a track, as detectors write them. */
export function detectionOf(number: number, boxes: number): string {
  const columns = Math.ceil(Math.sqrt(boxes * 1.6));
  const [across, down] = [1280 / columns, 720 / Math.ceil(boxes / columns)];
  const objects = Array.from({ length: boxes }, (_, i) => ({
    label: labels[i % labels.length],
    score: 0.5 + (i % 50) / 100,
    id: i,
    box: [Math.round((i % columns) * across + (number % 8)), Math.round(Math.floor(i / columns) * down), Math.round(across * 0.8), Math.round(down * 0.8)],
  }));
  return JSON.stringify({ size: [1280, 720], objects });
}

/** Without their pictures: that reading them costs something is no part of what is measured. */
export function startDetector(video: string, seen: string, boxes: number): AsyncDisposable {
  const reading = Bun.spawn([kt, "consume", video, "--from", "end", "-f", "%k\t%T\t%h\n"], { env: env(), stdout: "pipe", stderr: "ignore" });
  const writing = Bun.spawn([kt, "produce", seen, "--json"], { env: env(), stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  // Made once: what is measured is how they are drawn.
  const values = Array.from({ length: 8 }, (_, number) => detectionOf(number, boxes));
  const detecting = (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of reading.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [key = "", timestamp, headers = ""] = line.split("\t");
        const named = headers.split(",").flatMap((header) => {
          const [name = "", value = ""] = header.split("=");
          return name === "kt-run" || name === "kt-seq" ? [{ name, value }] : [];
        });
        const number = Number(named.find(({ name }) => name === "kt-seq")?.value ?? 0);
        writing.stdin.write(`${JSON.stringify({ key, timestamp: Number(timestamp), headers: named, value: values[number % values.length] })}\n`);
      }
      writing.stdin.flush();
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      reading.kill("SIGINT");
      await detecting;
      writing.stdin.end();
      await Promise.all([reading.exited, writing.exited]);
    },
  };
}
