/** What the log holds of a stream between two places, with what was seen drawn into each picture, as JPEG. */
import { pictureSize } from "../../video/formats/picture-size.ts";
import type { RecordedFrame } from "../../video/frame.ts";
import { decodePictures } from "../decode/decoder.ts";
import type { Hub } from "../hub.ts";
import type { FixedPosition, StreamPlace } from "../log/footage.ts";
import { RecordedStream } from "../log/recorded.ts";
import type { Picture } from "../picture.ts";
import { painted } from "./painted.ts";

/** So many pictures have one ffmpeg: it starts in the time of some of them. */
const atOnce = 16;
/** So many are shown after one that is stored after them, at most (ITU-T H.264 A.3.1: max_dec_frame_buffering). */
const mostReordered = 16;

/** @throws KtError as painted does */
export async function* paintedFootage(
  hub: Hub,
  { topic, key, partition }: StreamPlace,
  begin: Picture,
  end: FixedPosition,
  signal: AbortSignal,
): AsyncGenerator<RecordedFrame> {
  const archive = hub.archive.until(signal);
  const stream = new RecordedStream({ ...hub, archive }, topic, key, [partition]);
  const isOver = ({ offset, timestampMs }: Picture) => (end.at === "offset" ? offset >= end.offset : timestampMs >= end.timeMs);
  let last: Picture = { ...begin, offset: begin.offset - 1 };
  let waiting: Picture[] = [];
  const inBoxes = async function* (wanted: Picture[]) {
    for (let at = 0; at < wanted.length; at += atOnce)
      for (const picture of await painted(hub, topic, wanted.slice(at, at + atOnce), 0, signal)) yield recordedOf(picture);
  };
  for (;;) {
    const { pictures } = await stream.piece({ after: last });
    const [first] = pictures;
    last = pictures.at(-1) ?? last;
    if (!first) break;
    const lead = first.keyFrame ? [] : (await stream.piece({ before: first })).pictures;
    const shown = first.type === "video/h264" ? await decodePictures(hub.ffmpeg(), lead, pictures, signal) : pictures;
    // Some are stored before others that are shown before them.
    const inOrder = [...waiting, ...shown.filter((picture) => !isOver(picture))].sort((a, b) => a.timestampMs - b.timestampMs);
    waiting = first.type === "video/h264" ? inOrder.splice(-mostReordered) : [];
    yield* inBoxes(inOrder);
    if (pictures.every(isOver)) break;
  }
  yield* inBoxes(waiting);
}

function recordedOf({ key, run, timestampMs, ptsUs, type, data }: Picture): RecordedFrame {
  const { width, height } = pictureSize(data) ?? { width: 0, height: 0 };
  const frame = { type, data, ptsUs: ptsUs ?? 0, dtsUs: ptsUs ?? 0, key: true, width, height, codec: undefined };
  return { name: key, run, timestampMs, timed: ptsUs !== null, frame };
}
