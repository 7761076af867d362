/** A JPEG made smaller, for a topic that takes no larger one. */
import { KtError } from "../../errors.ts";
import { pictureSize } from "../formats/picture-size.ts";
import type { Frame } from "../frame.ts";
import { failure, startFfmpeg } from "./ffmpeg-child.ts";

/** What is tried, one after the other: ffmpeg's quality (31 is the worst), then fewer pixels as well. */
const attempts = [
  { quality: 10, scale: 1 },
  { quality: 20, scale: 1 },
  { quality: 31, scale: 1 },
  { quality: 20, scale: 0.5 },
  { quality: 31, scale: 0.5 },
  { quality: 31, scale: 0.25 },
  { quality: 31, scale: 0.125 },
];

/**
 * Remembers what the last frame needed, since the next one will need about as much.
 * @returns a function from a frame and the most bytes that it may have to a frame of at most so many
 * @throws KtError too_large for what is no JPEG, or cannot be made so small; bad_input for what cannot be decoded
 */
export function jpegShrinker(ffmpeg: string): (frame: Frame, maxBytes: number) => Promise<Frame> {
  let first = 0;
  return async (frame, maxBytes) => {
    if (frame.type !== "image/jpeg") throw tooLarge(frame, maxBytes, "only JPEG frames can be made smaller by --fit; choose --codec mjpeg");
    for (let i = first; i < attempts.length; i++) {
      const data = await encode(ffmpeg, frame.data, attempts[i] as (typeof attempts)[number]);
      if (data.length > maxBytes) continue;
      first = Math.max(0, i - 1);
      return { ...frame, data, ...pictureSize(data) };
    }
    throw tooLarge(frame, maxBytes, "even at its worst quality and an eighth of its size it is larger");
  };
}

async function encode(ffmpeg: string, jpeg: Uint8Array, { quality, scale }: { quality: number; scale: number }): Promise<Uint8Array> {
  const args = ["-v", "error", "-f", "mjpeg", "-i", "pipe:0", "-vf", `scale=trunc(iw*${scale}):-1`, "-pix_fmt", "yuvj420p", "-q:v", String(quality)];
  const child = startFfmpeg(ffmpeg, [...args, "-f", "mjpeg", "pipe:1"]);
  const encoded = new Response(child.stdout).bytes();
  await child.write(jpeg);
  child.finish();
  const [data, end] = await Promise.all([encoded, child.ended]);
  if (data.length === 0) throw failure(end);
  return data;
}

function tooLarge({ data }: Frame, maxBytes: number, why: string): KtError {
  return new KtError({ code: "too_large", message: `A frame has ${data.length} bytes, the topic takes ${maxBytes}, and ${why}.` });
}
