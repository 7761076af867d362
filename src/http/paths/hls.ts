/** A stream of H.264 as HLS: any player shows it, and goes back in it as far as the playlist reaches. */
import { KtError } from "../../errors.ts";
import type { Hub } from "../../hub/hub.ts";
import { type FoundStream, findStream } from "../../hub/log/find-stream.ts";
import { decodableFrom, firstPicture, lastPicture, streamRecords } from "../../hub/log/footage.ts";
import { watermarksOf } from "../../hub/log/log.ts";
import { SegmentIndex, timesOf } from "../../hub/log/segments.ts";
import { initSegment, mediaSegment, type SegmentFrame, trackOf } from "../../video/formats/fmp4.ts";
import { isEnd, type RecordedFrame, readFrameRecord } from "../../video/frame.ts";
import { problem, unchanging } from "../answers.ts";
import { endpoint } from "../endpoint.ts";
import { place, text } from "../query.ts";
import { targetOf } from "../target.ts";
import { traffic } from "../traffic.ts";
import { writePlaylist } from "./playlist.ts";

const usualMs = 60_000;
const mostMs = 3_600_000;
/** A playlist that is not asked for any more is forgotten. */
const lingerMs = 60_000;
/** A segment is a few groups of pictures; an address may name any end. */
const mostBytes = 64 << 20;
/** A stream that has just begun has no whole segment yet: it is waited for. */
const firstWithinMs = 8000;

interface Entry {
  index: SegmentIndex;
  /** What is held while somebody asks. */
  leave: () => void;
  timer?: ReturnType<typeof setTimeout>;
}
const playlists = new WeakMap<Hub, Map<string, Promise<Entry>>>();

const key = text("The stream; without it the one whose picture is the newest");

export const hlsPlaylist = endpoint({
  summary: "A stream of H.264 as HLS, for players and hls.js: the last minute, or from a start on",
  query: { key, start: place("The begin of what can be gone back to, at most an hour ago: a time or an offset; without it a minute ago") },
  effect: "work",
  produces: ["application/vnd.apple.mpegurl"],
  async answer({ request, path: { topic = "" }, query: { key, start } }, hub) {
    const stream = await findStream(hub, topic, key);
    if (stream.type !== "video/h264") {
      const sentence = `'${stream.key}' in '${topic}' is a stream of ${stream.type}, and HLS carries H.264 only. Look at stream.mjpeg, or emit it with --codec h264.`;
      return problem(415, sentence);
    }
    const index = await indexOf(hub, stream, start);
    await index.update();
    for (const deadline = performance.now() + firstWithinMs; index.segments.length === 0 && performance.now() < deadline; await index.update())
      await Bun.sleep(200);
    if (index.segments.length === 0)
      return problem(503, `'${stream.key}' in '${topic}' has no whole group of pictures yet. Ask again.`, { "Retry-After": "2" });
    const { searchParams } = targetOf(request);
    const kept = new URLSearchParams({ key: stream.key });
    // Players know no cookie: whoever brought the token in the address gets it in each address.
    const token = searchParams.get("token");
    if (token !== null) kept.set("token", token);
    const { segments, sequence, discontinuitySequence, longestUs, ended } = index;
    const about = { segments, sequence, discontinuitySequence, longestUs, ended };
    const playlist = writePlaylist({ ...about, fromStart: start !== undefined, partition: stream.partition, query: `?${kept}` });
    return new Response(playlist, { headers: { "Content-Type": "application/vnd.apple.mpegurl", "Cache-Control": "no-cache" } });
  },
});

async function indexOf(hub: Hub, stream: FoundStream, start: Parameters<typeof firstPicture>[2] | undefined): Promise<SegmentIndex> {
  const entries = playlists.get(hub) ?? new Map<string, Promise<Entry>>();
  playlists.set(hub, entries);
  const name = JSON.stringify([stream.topic, stream.key, stream.partition, start]);
  const [watermarks] = await hub.admin.watermarks([{ topic: stream.topic, partition: stream.partition }]);
  const known = await entries.get(name);
  // A topic that was made again begins at 0 again.
  if (known && known.index.next > (watermarks?.high ?? 0)) forget(entries, name, known);
  let opening = entries.get(name);
  if (!opening) {
    opening = open(hub, stream, start);
    entries.set(name, opening);
    opening.catch(() => entries.delete(name));
  }
  const entry = await opening;
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => forget(entries, name, entry), lingerMs);
  return entry.index;
}

function forget(entries: Map<string, Promise<Entry>>, name: string, { timer, leave }: Entry): void {
  clearTimeout(timer);
  entries.delete(name);
  leave();
}

async function open(hub: Hub, stream: FoundStream, start: Parameters<typeof firstPicture>[2] | undefined): Promise<Entry> {
  const last = await lastPicture(hub, stream);
  const first = last && (await firstPicture(hub, stream, start ?? { at: "time", timeMs: last.timestampMs - usualMs }));
  if (!first || !last)
    throw new KtError({ code: "unknown_stream", message: `The log holds no picture of '${stream.key}' in '${stream.topic}' from there on.` });
  if (last.timestampMs - first.timestampMs > mostMs)
    throw KtError.usage(
      "start: it is more than an hour before the newest picture.",
      "Begin later, or take stream.mjpeg?from= or clip.mp4, which go back to the begin of the log.",
    );
  const index = new SegmentIndex(hub, stream, await decodableFrom(hub, stream.topic, first), start ? mostMs : usualMs);
  return { index, leave: traffic.enter("hls") };
}

export const hlsPart = endpoint({
  summary: "A part of an HLS playlist, as the playlist names it; it never changes",
  query: { key },
  effect: "work",
  produces: ["video/mp4"],
  async answer({ request, path: { topic = "", part = "" }, query }, hub) {
    const [, partition = "", offset = ""] = /^init-(\d{1,10})-(\d{1,15})-(-?\d{1,16})\.mp4$/.exec(part) ?? [];
    const [, its = "", begin = "", end = "", base = ""] = /^segment-(\d{1,10})-(\d{1,15})-(\d{1,15})-(-?\d{1,16})\.m4s$/.exec(part) ?? [];
    if (offset === "" && end === "") return problem(404, "There is no such part; index.m3u8 names them.");
    const stream = { ...(await findStream(hub, topic, query.key)), partition: Number(partition || its) };
    if (stream.type !== "video/h264") return problem(404, `'${stream.key}' in '${topic}' is a stream of ${stream.type}, and has no such part.`);
    await watermarksOf(hub, topic, stream.partition);
    const bytes = end === "" ? await initOf(hub, stream, Number(offset)) : await segmentOf(hub, stream, Number(begin), Number(end), Number(base));
    if (!bytes) return problem(404, "This part is gone from the log; index.m3u8 names those that are there.");
    traffic.sent("hls", bytes.length);
    return unchanging(request, part, () => new Uint8Array(bytes), { "Content-Type": "video/mp4" });
  },
});

/** Where that key frame is gone from the log, the next one of its run says the same: a playlist begins no earlier. */
async function initOf(hub: Hub, stream: FoundStream, offset: number): Promise<Uint8Array | undefined> {
  let bytes = 0;
  for await (const { value } of streamRecords(hub, stream, offset)) {
    const track = value ? trackOf(value) : undefined;
    if (track) return initSegment(track);
    bytes += value?.length ?? 0;
    if (bytes > mostBytes) break;
  }
  return undefined;
}

async function segmentOf(hub: Hub, stream: FoundStream, begin: number, end: number, baseUs: number): Promise<Uint8Array | undefined> {
  const frames: SegmentFrame[] = [];
  let first: RecordedFrame | undefined;
  let bytes = 0;
  for await (const record of streamRecords(hub, stream, begin)) {
    const recorded = readFrameRecord(record);
    if (first === undefined && (record.offset !== begin || !recorded?.frame.key)) return undefined;
    first ??= recorded;
    const last = frames.at(-1);
    bytes += recorded?.frame.data.length ?? 0;
    if (bytes > mostBytes) return undefined;
    const goesOn = recorded !== undefined && recorded.run === first?.run && !isEnd(record);
    const times = goesOn ? onClock(timesOf(recorded), baseUs) : undefined;
    if (last && times && times.dtsUs > last.dtsUs) last.durationUs = times.dtsUs - last.dtsUs;
    if (record.offset >= end) break;
    if (times && (!last || times.dtsUs > last.dtsUs))
      frames.push({ ...times, data: recorded?.frame.data ?? new Uint8Array(), key: recorded?.frame.key ?? false, durationUs: last?.durationUs ?? 40_000 });
  }
  return frames.length > 0 ? mediaSegment(frames, begin % 2 ** 32) : undefined;
}

/** A segment's time has no sign. */
function onClock({ ptsUs, dtsUs }: { ptsUs: number; dtsUs: number }, baseUs: number) {
  return { ptsUs: ptsUs + baseUs, dtsUs: Math.max(0, dtsUs + baseUs) };
}
