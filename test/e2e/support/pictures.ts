/** Pictures of other programs, as envelopes for kt produce --json: no header says what they are. */
import { ffmpeg } from "./clips.ts";
import { ktOk, tempFolder } from "./kt.ts";

let jpeg: Promise<string> | undefined;

/** A picture of 64x48, in base64; always the same. */
export async function oneJpeg(): Promise<string> {
  await using folder = await tempFolder();
  await ffmpeg(["-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", `${folder.path}/one.jpg`]);
  return (await Bun.file(`${folder.path}/one.jpg`).bytes()).toBase64();
}

/** What is taken for a JPEG, where nobody decodes it: of tens of thousands. */
export const tinyJpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]).toString("base64");

/** A record for each key, in that order and 100 ms apart, the last of them now. @param picture in base64; a real one where none is given */
export async function sendPictures(topic: string, keys: string[], env: Record<string, string> = {}, picture?: string): Promise<void> {
  jpeg ??= oneJpeg();
  const value = picture ?? (await jpeg);
  const beginMs = Date.now() - keys.length * 100;
  const lines = keys.map((key, i) => JSON.stringify({ key, value, timestamp: beginMs + i * 100, encoding: { key: "utf8", value: "base64" } }));
  await ktOk(["produce", topic, "--json"], { stdin: lines.join("\n"), env, timeoutMs: 60_000 });
}

export const times = (count: number, ...keys: string[]) => Array.from({ length: count * keys.length }, (_, i) => keys[i % keys.length] as string);
