/** One picture made smaller, as JPEG. */
import { KtError } from "../errors.ts";
import { Turns } from "../turns.ts";

/** Each is a process: more at a time than there is work for would only wait for each other. */
const turns = new Turns(2);

/** @param width of what comes out; its height follows. @throws KtError bad_input */
export function scalePicture(ffmpeg: string, picture: Uint8Array, width: number): Promise<Uint8Array> {
  return turns.take(async () => {
    const output = ["-vf", `scale=${width}:-1`, "-frames:v", "1", "-pix_fmt", "yuvj420p", "-q:v", "4", "-f", "mjpeg", "pipe:1"];
    const child = Bun.spawn([ffmpeg, "-v", "error", "-f", "image2pipe", "-i", "pipe:0", ...output], { stdin: picture, stdout: "pipe", stderr: "ignore" });
    const scaled = await new Response(child.stdout).bytes();
    if (scaled.length === 0) throw new KtError({ code: "bad_input", message: "The picture cannot be decoded." });
    return scaled;
  });
}
