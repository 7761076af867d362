/** JPEG and PNG frames as H.264, each with its own time. */
import type { Frame } from "../video/frame.ts";
import { Transcoder } from "../video/transcoder.ts";
import { Channel } from "./channel.ts";

const mostWaiting = 8;

/** Ends ffmpeg when whoever takes the frames goes. @throws KtError what ended ffmpeg */
export async function* encodeFrames(ffmpeg: string, frames: AsyncGenerator<Frame>): AsyncGenerator<Frame> {
  const head = await frames.next();
  if (head.done) return;
  const first = head.value;
  const encoded = new Channel<Frame | "end">(mostWaiting);
  const times: Frame[] = [];
  const transcoder = new Transcoder(ffmpeg, first.type, "video/h264", first, async ({ frame, index }) => {
    const placed = times[index];
    if (placed) await encoded.push({ ...frame, ptsUs: placed.ptsUs, dtsUs: placed.ptsUs });
  });
  const feed = async (frame: Frame) => {
    times.push({ ...frame, data: new Uint8Array() });
    await transcoder.feed(frame.data);
  };
  (async () => {
    await feed(first);
    for await (const frame of frames) await feed(frame);
    await transcoder.finish();
    await encoded.push("end");
  })().catch((error) => encoded.close(error));
  try {
    for (let frame = await encoded.next(); frame && frame !== "end"; frame = await encoded.next()) yield frame;
  } finally {
    transcoder.kill();
    encoded.close();
    await frames.return(undefined);
  }
}
