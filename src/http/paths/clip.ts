/** A stretch of a stream as an MP4, made while it is sent. */
import { KtError } from "../../errors.ts";
import { encodeFrames } from "../../hub/decode/encoded.ts";
import { paintedFootage } from "../../hub/detections/painted-footage.ts";
import { findStream } from "../../hub/log/find-stream.ts";
import { decodableFrom, type FixedPosition, firstPicture, footage, lastPicture } from "../../hub/log/footage.ts";
import { longestClipMs } from "../../protocol/clip.ts";
import { timeText } from "../../record.ts";
import { Turns } from "../../turns.ts";
import { fragmentedMp4 } from "../../video/formats/fragmenter.ts";
import type { Frame, RecordedFrame } from "../../video/frame.ts";
import { Timeline } from "../../video/output/timeline.ts";
import { attachment, problem } from "../answers.ts";
import { begun, streamed, unlessLeft } from "../body.ts";
import { endpoint } from "../endpoint.ts";
import { boxes, place, text } from "../query.ts";
import { traffic } from "../traffic.ts";

const usualMs = 10_000;

export const clip = endpoint({
  summary: "A stretch of a stream as MP4: H.264 as it is, from the key frame at or before the start; JPEG and PNG are encoded",
  query: {
    key: text("The stream; without it the one whose picture is the newest"),
    start: place("Its begin: a time (2026-01-31T12:00:00Z, or milliseconds since 1970) or an offset; without it 10 seconds before the end"),
    boxes,
    end: place("Its end, not included, at most an hour later; without it that of the log"),
  },
  effect: "work",
  produces: ["video/mp4"],
  async answer({ request, path, query }, hub) {
    const stream = await findStream(hub, path.topic ?? "", query.key);
    const last = await lastPicture(hub, stream);
    if (!last) return problem(404, `The log holds no picture of '${stream.key}' in '${stream.topic}' any more.`);
    const endOf = async (end: FixedPosition) =>
      end.at === "time" ? end.timeMs : ((await firstPicture(hub, stream, end))?.timestampMs ?? last.timestampMs + 1);
    const end: FixedPosition = query.end ?? { at: "offset", offset: last.offset + 1 };
    const endMs = query.end ? await endOf(query.end) : last.timestampMs + 1;
    const start: FixedPosition = query.start ?? { at: "time", timeMs: endMs - usualMs };
    const begin = await firstPicture(hub, stream, start);
    if (!begin || begin.timestampMs >= endMs)
      return problem(404, `The log holds no picture of '${stream.key}' in '${stream.topic}' from ${words(start)} to ${words(end)}.`);
    if (endMs - begin.timestampMs > longestClipMs)
      throw KtError.usage("From start to end it is more than an hour.", "Ask for less, or use kt consume --record, which has no limit.");
    const recorded = query.boxes
      ? paintedFootage(hub, stream, begin, end, request.signal)
      : footage(hub, stream, await decodableFrom(hub, stream.topic, begin), end);
    const placed = onOneClock(recorded);
    const frames = stream.type === "video/h264" && !query.boxes ? placed : encoded(hub.ffmpeg(), placed, request.signal);
    const pieces = await begun(counted(fragmentedMp4(frames)));
    if (!pieces) return problem(422, `No picture of '${stream.key}' in '${stream.topic}' from ${words(start)} to ${words(end)} can be decoded.`);
    const name = `${stream.key || stream.topic}-${timeText(begin.timestampMs).replaceAll(":", "")}.mp4`;
    const body = streamed(unlessLeft(pieces), traffic.enter("clip"));
    return new Response(body, { headers: { "Content-Type": "video/mp4", "Content-Disposition": attachment(name), "Cache-Control": "no-store" } });
  },
});

/** Encoding takes all processors that there are. */
const turns = new Turns(2, { mostWaiting: 8, doing: "clips are being encoded" });

async function* encoded(ffmpeg: string, frames: AsyncGenerator<Frame>, signal: AbortSignal): AsyncGenerator<Frame> {
  const leave = await turns.enter(signal);
  try {
    yield* encodeFrames(ffmpeg, frames);
  } finally {
    leave();
  }
}

/** Gaps stay as long as they were; where the source began again, the clock goes on. */
async function* onOneClock(recorded: AsyncGenerator<RecordedFrame>): AsyncGenerator<Frame> {
  const timeline = new Timeline();
  for await (const frame of recorded) yield timeline.place(frame);
}

async function* counted(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    traffic.sent("clip", piece.length);
    yield piece;
  }
}

const words = (at: FixedPosition) => (at.at === "time" ? timeText(at.timeMs) : `offset ${at.offset}`);
