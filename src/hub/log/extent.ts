/** Which times the log holds of a stream: its runs, and the gaps between them. */

import { goesOn } from "../scout/search.ts";
import type { Span } from "../scout/sightings.ts";
import { StreamLog } from "../scout/stream-log.ts";
import { pictureFrom } from "./find-time.ts";
import { type ExtentEnd, gapMsOf } from "./gap.ts";
import type { RecordedHub } from "./recorded.ts";

/** A stretch without a gap, of one emit run. */
export interface RunSpan {
  startMs: number;
  endMs: number;
  /** "" where the producer gave none. */
  run: string;
}

export interface Extent extends ExtentEnd {
  /** In order; empty where the log holds nothing of the stream. */
  stretches: RunSpan[];
}

/** A live picture takes its time: from a camera over the network to the log, it is some seconds at the worst. */
const mostLateMs = 5000;

/** @param partitions those that may hold the stream's records. @throws KtError where one of them cannot be read */
export async function findExtent(hub: RecordedHub, topic: string, key: string, partitions: number[]): Promise<Extent> {
  const found = await Promise.all(partitions.map((partition) => findIn(hub, topic, key, partition, partitions.length)));
  const gapMs = Math.max(...found.map((one) => one.gapMs));
  const stretches = joined(
    found.flatMap((one) => one.stretches),
    gapMs,
  );
  const lastMs = Math.max(...stretches.map(({ endMs }) => endMs));
  const ended = found.every((one) => one.ended || one.stretches.length === 0);
  return { stretches, gapMs, open: !ended && Date.now() - lastMs <= Math.max(gapMs, mostLateMs) };
}

interface Found {
  stretches: RunSpan[];
  gapMs: number;
  /** The source said so after the last picture. */
  ended: boolean;
}

async function findIn(hub: RecordedHub, topic: string, key: string, partition: number, among: number): Promise<Found> {
  const { sightings, low, high } = await hub.scout.survey({ topic, partition, among, signal: hub.archive.signal }, key);
  const pace = sightings.pace(key);
  const gapMs = gapMsOf(pace.intervalMs);
  const spans = sightings.spans(key).filter(({ first, last }) => !first.end && last.offset >= low);
  const ended = sightings.spans(key).at(-1)?.first.end ?? false;
  const stretches: RunSpan[] = [];
  let before: Span | undefined;
  for (const span of spans) {
    const stretch = stretches.at(-1);
    const last = before?.last;
    if (stretch && last && goesOn(last, span.first, pace)) stretch.endMs = Math.max(stretch.endMs, span.last.timestampMs);
    else stretches.push({ startMs: span.first.timestampMs, endMs: span.last.timestampMs, run: span.first.run });
    before = span;
  }
  const [stretch] = stretches;
  // The log has lost what the first one began with.
  if (stretch && (spans[0]?.first.offset ?? low) < low)
    stretch.startMs = (await pictureFrom(new StreamLog(hub.archive, hub.scout, key), topic, key, partition, low, high))?.timestampMs ?? stretch.endMs;
  return { stretches, gapMs, ended };
}

/** A stream that lies in several partitions is one all the same. */
function joined(stretches: RunSpan[], gapMs: number): RunSpan[] {
  const all: RunSpan[] = [];
  for (const stretch of stretches.sort((a, b) => a.startMs - b.startMs)) {
    const before = all.findLast(({ run, endMs }) => run === stretch.run && stretch.startMs - endMs <= gapMs);
    if (before) before.endMs = Math.max(before.endMs, stretch.endMs);
    else all.push(stretch);
  }
  return all;
}
