/**
 * The demo's detector: it knows where the squares of the demo's picture are, as a program with a model would find out, and
 * takes as long as one. Frames come as kt consume --json writes them, and what is seen goes out as kt produce --json reads it.
 */
import { createInterface } from "node:readline";

const rate = 25;
const loopFrames = 20 * rate;
const takesMs = 120;

interface Line {
  key: string;
  timestamp: number;
  headers: { name: string; value: string }[];
}

/** As the overlays of scripts/demo have it; ffmpeg counts from 1. */
function see(frame: number): object {
  const n = (frame % loopFrames) + 1;
  return {
    size: [1280, 720],
    objects: [
      { label: "van", score: 0.94, box: [(n * 11) % 1100, 560, 180, 120], id: 1 },
      { label: "walker", score: 0.81, box: [1100 - ((n * 4) % 1000), 300 + (n % 100), 80, 160], id: 2 },
    ].slice(0, n % 250 < 190 ? 2 : 1),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { key, timestamp, headers } = JSON.parse(line) as Line;
  const ptsUs = Number(headers.find(({ name }) => name === "kt-pts")?.value ?? Number.NaN);
  if (Number.isNaN(ptsUs)) continue;
  const of = headers.filter(({ name }) => name === "kt-run" || name === "kt-seq");
  const seen = JSON.stringify({ key, timestamp, headers: of, value: JSON.stringify(see(Math.round((ptsUs / 1e6) * rate))) });
  setTimeout(() => console.log(seen), takesMs);
}
