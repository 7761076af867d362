/** JPEG and PNG frames as H.264, each with its own time. */

import { Transcoder } from "../../video/ffmpeg/transcoder.ts";
import { checkSize, fitInto } from "../../video/formats/picture-size.ts";
import type { Frame } from "../../video/frame.ts";
import { Channel } from "../channel.ts";

const mostWaiting = 8;
/** ffmpeg holds several at a time: 8K is the largest. */
const mostPixels = 8192 * 4320;
/** A little less than a decoder of level 5.2 takes (ITU-T H.264 A.3.1: MaxFS is 36,864 blocks): few players go beyond. */
const mostEncodedPixels = 36_000 * 16 * 16;

/** Ends ffmpeg when whoever takes the frames goes. @throws KtError too_large, what ended ffmpeg */
export async function* encodeFrames(ffmpeg: string, frames: AsyncGenerator<Frame>): AsyncGenerator<Frame> {
  const head = await frames.next();
  if (head.done) return;
  const first = head.value;
  checkSize(first.data, mostPixels);
  const encoded = new Channel<Frame | "end">(mostWaiting);
  const times: Frame[] = [];
  const transcoder = new Transcoder(ffmpeg, first.type, "video/h264", fitInto(first, mostEncodedPixels), async ({ frame, index }) => {
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
