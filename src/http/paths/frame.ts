/** One picture of a stream: the newest, or that of a place in the log. */
import { KtError } from "../../errors.ts";
import { decodeOne } from "../../hub/decode/decoder.ts";
import { painted } from "../../hub/detections/painted.ts";
import type { Hub } from "../../hub/hub.ts";
import { newestPicture } from "../../hub/live/viewer.ts";
import { type FoundStream, findStream } from "../../hub/log/find-stream.ts";
import { firstPicture } from "../../hub/log/footage.ts";
import { oneRecord } from "../../hub/log/log.ts";
import { RecordedStream } from "../../hub/log/recorded.ts";
import { gopBefore } from "../../hub/log/rewind.ts";
import { type Picture, pictureOf } from "../../hub/picture.ts";
import type { Position } from "../../record.ts";
import { scalePicture } from "../../video/ffmpeg/scale.ts";
import { problem, unchanging } from "../answers.ts";
import { endpoint } from "../endpoint.ts";
import { boxes, integer, position, text } from "../query.ts";

const newestWithinMs = 2000;

export const frame = endpoint({
  summary: "One picture; of H.264 as JPEG",
  query: {
    key: text("The stream; without it the one whose picture is the newest"),
    at: position("end (the newest), start, an offset, or a time (2026-01-31T12:00:00Z): the picture that was shown then", { at: "end" }),
    boxes,
    width: integer("Scaled to so many pixels across, as JPEG", { least: 16, most: 4096 }, undefined),
  },
  effect: "work",
  produces: ["image/jpeg", "image/png"],
  async answer({ request, path: { topic = "" }, query: { key, at, width, boxes } }, hub) {
    // Where none of its records can be read, there is no saying that it has no picture.
    const { kind, trouble } = hub.catalogue.topic(topic) ?? {};
    if (kind === "empty" && trouble) return problem(413, trouble);
    const boxed = async (picture: Picture) => (boxes ? ((await painted(hub, topic, [picture], newestWithinMs, request.signal))[0] ?? picture) : picture);
    const scaled = async ({ data }: Picture) => new Uint8Array(width === undefined ? data : await scalePicture(hub.ffmpeg(), data, width, request.signal));
    const headers = ({ type, timestampMs, offset, partition }: Picture) => ({
      "Content-Type": width === undefined ? type : "image/jpeg",
      "X-Timestamp": String(timestampMs),
      "X-Offset": String(offset),
      "X-Partition": String(partition),
    });
    if (at.at === "end") {
      const newest = await newestPicture(hub, topic, key, newestWithinMs);
      const picture = newest && (await boxed(newest));
      if (!picture) {
        const of = key === undefined ? "" : ` of '${key}'`;
        const known = hub.catalogue.topic(topic)?.streams.some((stream) => key === undefined || stream.key === key);
        if (known) return problem(503, `The newest picture${of} in topic '${topic}' was not read in time. Ask again in a moment.`);
        return problem(404, `Topic '${topic}' has no picture${of} near its end.`);
      }
      return new Response(await scaled(picture), { headers: { ...headers(picture), "Cache-Control": "no-store" } });
    }
    const found = await pictureAt(hub, await findStream(hub, topic, key), at, key);
    if ("missing" in found) return problem(404, found.missing);
    const { picture, before } = found;
    const shown = async () => boxed(picture.type === "video/h264" ? await decodeOne(hub.ffmpeg(), before, picture) : picture);
    const type = picture.type === "video/h264" || boxes ? "image/jpeg" : picture.type;
    // What is seen in it may be written later, and again.
    if (at.at === "offset" && !boxes) {
      const tag = `${picture.partition}-${picture.offset}-${picture.timestampMs}-${width ?? ""}`;
      return unchanging(request, tag, async () => scaled(await shown()), headers({ ...picture, type }));
    }
    const drawn = await shown();
    return new Response(await scaled(drawn), { headers: { ...headers(drawn), "Cache-Control": "no-store" } });
  },
});

/** A picture, and the frames that it needs, in decoding order. */
type Found = { picture: Picture; before: Picture[] } | { missing: string };

async function pictureAt(hub: Hub, stream: FoundStream, at: Exclude<Position, { at: "end" }>, wanted: string | undefined): Promise<Found> {
  const { topic, key, partition } = stream;
  switch (at.at) {
    case "time": {
      const { pictures } = await new RecordedStream(hub, topic, key, [partition]).piece(at);
      const shown = pictures.filter(({ timestampMs }) => timestampMs <= at.timeMs).toSorted((a, b) => b.timestampMs - a.timestampMs)[0] ?? pictures[0];
      if (!shown) return { missing: `The log holds no picture of '${key}' in '${topic}'.` };
      return { picture: shown, before: pictures.slice(0, pictures.indexOf(shown)) };
    }
    case "start":
    case "offset": {
      const first = at.at === "start" ? await firstPicture(hub, stream, { at: "offset", offset: 0 }) : undefined;
      const record = first ? undefined : await oneRecord(hub, topic, partition, at.at === "offset" ? at.offset : 0);
      if (record && "missing" in record) return record;
      const picture = first ?? (record && pictureOf(record));
      if (picture && wanted !== undefined && picture.key !== wanted)
        return { missing: `The record at offset ${picture.offset} of partition ${partition} is a picture of '${picture.key}', not of '${wanted}'.` };
      if (!picture || picture.end) return { missing: `The record at offset ${record?.offset} of partition ${partition} is no picture.` };
      return { picture, before: picture.keyFrame ? [] : await gopBefore(hub.archive, topic, picture) };
    }
    default:
      throw KtError.usage("at takes end, start, an offset, or a time.", "Without it, the picture is the newest.");
  }
}
