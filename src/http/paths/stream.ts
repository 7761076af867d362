/** A stream as multipart JPEG, live or from any place in the log. */
import { painted } from "../../hub/detections/painted.ts";
import type { Hub } from "../../hub/hub.ts";
import { hasEnded, viewPictures } from "../../hub/live/viewer.ts";
import { replay } from "../../hub/log/replay.ts";
import type { Picture } from "../../hub/picture.ts";
import { checkStream } from "../../hub/topics/stream-name.ts";
import { Turns } from "../../turns.ts";
import { endpoint } from "../endpoint.ts";
import { boxes, choice, decimal, integer, position, text } from "../query.ts";
import { contentType, isBrowser, mjpegResponse } from "./mjpeg.ts";
import { fillSilence, limitRate, type SilenceOptions } from "./silence.ts";

const seconds = { least: 0, most: 3600 };

export const streamMjpeg = endpoint({
  summary: "Moving pictures for <img>, OpenCV, VLC and ffmpeg; H.264 comes as JPEG",
  query: {
    key: text("The stream; without it the one whose picture is the newest, and of a replay all of them"),
    from: position("Where to begin: end is live, otherwise at the pace it was recorded (start, 42, -100, @2026-01-31T12:00:00Z)", undefined),
    group: text("A name for the place, kept in Kafka: goes on where it stopped the last time"),
    speed: decimal("Times the pace of the recording", 100, 1),
    fps: decimal("At most so many pictures a second", 1000, undefined),
    format: choice("PNG as it is stored, or as JPEG, the only one that OpenCV and ffplay read: browsers get the one, programs the other", ["stored", "jpeg"]),
    boxes,
    nosignal: integer(
      "Show NO SIGNAL when nothing came for so many seconds, and the last picture again when the source has ended; 0 shows nothing",
      seconds,
      5,
    ),
  },
  effect: (query) => (query.has("group") ? "change" : "work"),
  produces: [contentType],
  async answer({ request, path: { topic = "" }, query: { key, group, speed, fps, nosignal, boxes, ...query } }, hub) {
    const browser = isBrowser(request.headers);
    const png = (query.format ?? (browser ? "stored" : "jpeg")) === "stored";
    const from = query.from ?? { at: group === undefined ? "end" : "resume" };
    const send = (options: Omit<SilenceOptions, "afterMs">, rest: boolean, onClose: () => void, takeDropped?: () => number) => {
      const taken = boxes ? boxed(hub, topic, options.next, request.signal) : options.next;
      const next = fps === undefined ? taken : limitRate(taken, fps, rest);
      const shown = nosignal === 0 ? next : fillSilence({ ...options, next, afterMs: nosignal * 1000 });
      return mjpegResponse(browser, shown, onClose, takeDropped);
    };
    if (group === undefined && from.at === "end") {
      const viewer = await viewPictures(hub, topic, key, png);
      // What fps leaves out was not wanted.
      const takeDropped = fps === undefined ? () => viewer.takeDropped() : () => 0;
      return send({ next: () => viewer.next(), ended: () => viewer.ended }, true, () => viewer.close(), takeDropped);
    }
    await hub.admin.topic(topic);
    checkStream(topic, key);
    if (group !== undefined) await hub.groups.check(group);
    let leave = () => {};
    if (isConverted(hub, topic, key, png)) {
      // Where there is none it has to be said now: an answer that has begun has its status.
      hub.ffmpeg();
      leave = await decoded.enter();
    }
    const closing = new AbortController();
    const pictures = replay(hub, { topic, key, from, group, speed, png }, closing.signal);
    const next = async () => (await pictures.next()).value ?? undefined;
    return send({ next, ended: () => hasEnded(hub, topic, key) }, false, () => {
      leave();
      closing.abort();
      void pictures.return(undefined);
    });
  },
});

/** So long a live picture waits for what is seen in it; those that come meanwhile are left out. */
const mostWaitMs = 1500;

function boxed(hub: Hub, topic: string, next: () => Promise<Picture | undefined>, signal: AbortSignal): () => Promise<Picture | undefined> {
  return async () => {
    const picture = await next();
    return picture && ((await painted(hub, topic, [picture], mostWaitMs, signal))[0] ?? picture);
  };
}

/** Each has an ffmpeg of its own for as long as it goes on. */
const decoded = new Turns(32, { mostWaiting: 0, doing: "recordings are being converted to JPEG" });

function isConverted({ catalogue }: Hub, topic: string, key: string | undefined, png: boolean): boolean {
  const streams = catalogue.topic(topic)?.streams ?? [];
  const types = streams.flatMap((stream) => (key === undefined || stream.key === key ? [stream.contentType] : []));
  return types.includes("video/h264") || (!png && types.includes("image/png"));
}
