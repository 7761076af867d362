/** One picture made smaller, as JPEG. */
import { KtError } from "../../errors.ts";
import { Turns } from "../../turns.ts";
import { checkSize, mostPixels } from "../formats/picture-size.ts";
import { failure, startFfmpeg } from "./ffmpeg-child.ts";

/** Each is a process: more at a time than there is work for would only wait for each other. */
const turns = new Turns(2, { mostWaiting: 64, doing: "pictures are being made smaller" });
const mostMs = 20_000;

/**
 * @param width of what comes out; its height follows
 * @param signal ends it when nobody waits for it any more
 * @throws KtError bad_input, too_large, ffmpeg_died, busy
 */
export async function scalePicture(ffmpeg: string, picture: Uint8Array, width: number, signal?: AbortSignal): Promise<Uint8Array> {
  checkSize(picture);
  return turns.take(async () => {
    const input = ["-v", "error", "-max_pixels", String(mostPixels), "-f", "image2pipe", "-i", "pipe:0"];
    const output = ["-vf", `scale=${width}:-1`, "-frames:v", "1", "-pix_fmt", "yuvj420p", "-q:v", "4", "-f", "mjpeg", "pipe:1"];
    const child = startFfmpeg(ffmpeg, [...input, ...output], mostMs);
    signal?.addEventListener("abort", child.kill, { once: true });
    const timer = setTimeout(child.giveUp, mostMs);
    const scaled = new Response(child.stdout).bytes();
    // What is wrong with the picture is told by its end.
    await child.write(picture).then(child.finish, () => {});
    const [bytes, end] = await Promise.all([scaled, child.ended]);
    clearTimeout(timer);
    signal?.removeEventListener("abort", child.kill);
    if (bytes.length > 0) return bytes;
    if (end.died) throw failure(end);
    throw new KtError({ code: "bad_input", message: `The picture cannot be decoded: ${end.complaint}.` });
  }, signal);
}
