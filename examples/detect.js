/**
 * The record of a detection, from JavaScript without any client: kt reads and writes. It sees how large each frame is, and
 * draws a bar of that length: put your own model in its place.
 *
 *     kt consume video --json | node detect.js | kt produce seen --json
 */
import { createInterface } from "node:readline";

/** @returns {{ size?: [number, number], objects: object[], text?: string }} */
function see(picture) {
  const part = Math.min(1, picture.length / 200_000);
  return { objects: [{ label: "size", score: part, box: [0.02, 0.9, 0.96 * part, 0.06], text: `${picture.length} bytes` }] };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { key, timestamp, headers, value, encoding } = JSON.parse(line);
  // The mark of a source that has ended has no picture.
  if (!value) continue;
  const of = headers.filter(({ name }) => name === "kt-run" || name === "kt-seq");
  const seen = see(Buffer.from(value, encoding?.value === "base64" ? "base64" : "utf8"));
  console.log(JSON.stringify({ key, timestamp, headers: of, value: JSON.stringify(seen) }));
}
