/** Pictures that carry their number where a program can read it: a row of squares, white for 1, least first. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, work } from "../support.ts";
import { PartReader } from "./parts.ts";

export const rate = 30;
/** The clip begins again after so many. */
export const pictureCount = 600;
export const squarePixels = 32;
export const squares = 10;

/** 720p30 as JPEG in QuickTime, 45 kB a picture. */
export async function jpegClip(): Promise<string> {
  const clip = join(work, "numbered.mov");
  if (existsSync(clip)) return clip;
  const square = (bit: number) =>
    `drawbox=x=${bit * squarePixels}:y=0:w=${squarePixels}:h=${squarePixels}:color=white:t=fill:enable='gte(mod(n\\,${2 << bit})\\,${1 << bit})'`;
  const row = `drawbox=x=0:y=0:w=${(squares + 1) * squarePixels}:h=${squarePixels}:color=black:t=fill`;
  const filter = [row, ...Array.from({ length: squares }, (_, bit) => square(bit))].join(",");
  const source = ["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=${rate}`, "-frames:v", String(pictureCount)];
  await run(["ffmpeg", "-v", "error", ...source, "-vf", filter, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "5", clip]);
  return clip;
}

/** The clip's pictures, byte for byte. */
export async function jpegPictures(): Promise<Uint8Array[]> {
  const parts = join(work, "numbered.mpjpeg");
  await run(["ffmpeg", "-v", "error", "-y", "-i", await jpegClip(), "-c", "copy", "-f", "mpjpeg", parts]);
  const pictures: Uint8Array[] = [];
  const reader = new PartReader({ keep: true, onPicture: ({ data }) => data && pictures.push(data) });
  reader.take(await Bun.file(parts).bytes());
  if (pictures.length !== pictureCount) throw new Error(`the clip has ${pictures.length} pictures and not ${pictureCount}`);
  return pictures;
}
