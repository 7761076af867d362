/** A stream of H.264 cut at its key frames into segments that never change: each is a stretch of the log. */
import { isEnd, type RecordedFrame, readFrameRecord } from "../../video/frame.ts";
import type { FoundStream } from "./find-stream.ts";
import { type FootageHub, streamRecords } from "./footage.ts";

export interface Segment {
  /** The offset of its first frame, a key frame. */
  begin: number;
  /** The offset of the key frame whose parameters it is decoded with: that of the first segment since the last discontinuity. */
  init: number;
  /** The offset of what follows it: the next key frame, or what says that the source ended. */
  end: number;
  /**
   * From its source's clock to that of the playlist, which is the time of capture as far as it can be: ffmpeg and VLC
   * leave frames out where times go back, discontinuity or not.
   */
  baseUs: number;
  /** When its first frame was captured. */
  startMs: number;
  durationUs: number;
  /** Its times or its pictures do not go on where those of the segment before it ended. */
  discontinuity: boolean;
}

/** Shorter groups of pictures go together: a request for each would be many. */
const leastUs = 2_000_000;
const firstIntervalUs = 40_000;

/** When a frame is shown and decoded by its source's clock, or by its timestamp where it says none. */
export function timesOf({ timed, timestampMs, frame }: RecordedFrame): { ptsUs: number; dtsUs: number } {
  const byClockUs = timestampMs * 1000;
  return timed ? { ptsUs: Math.round(frame.ptsUs), dtsUs: Math.round(frame.dtsUs) } : { ptsUs: byClockUs, dtsUs: byClockUs };
}

interface Open {
  begin: number;
  init: number;
  baseUs: number;
  startMs: number;
  discontinuity: boolean;
  run: string;
  size: string;
  firstUs: number;
  lastUs: number;
  intervalUs: number;
}

export class SegmentIndex {
  readonly segments: Segment[] = [];
  /** Of the segments that are left out by now, and of the discontinuities among them. */
  sequence = 0;
  discontinuitySequence = 0;
  /** The source said so, and nothing came after. */
  ended = false;
  longestUs = leastUs;
  readonly stream: FoundStream;
  /** What was looked at goes up to here. */
  next: number;
  readonly #hub: FootageHub;
  readonly #mostUs: number;
  #open: Open | undefined;
  /** Where the last segment ends, by the playlist's clock. */
  #endUs = 0;
  #updating: Promise<void> | undefined;

  /**
   * @param begin the offset of a key frame
   * @param mostMs what is longer ago than this before the newest is left out
   */
  constructor(hub: FootageHub, stream: FoundStream, begin: number, mostMs: number) {
    this.#hub = hub;
    this.stream = stream;
    this.next = begin;
    this.#mostUs = mostMs * 1000;
  }

  /** Looks at what came since the last time; those who ask at once share it. */
  update(): Promise<void> {
    this.#updating ??= this.#update().finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  async #update(): Promise<void> {
    for await (const record of streamRecords(this.#hub, this.stream, this.next)) {
      this.next = record.offset + 1;
      if (isEnd(record)) {
        if (this.#open) this.#close(this.#open, record.offset, this.#open.lastUs + this.#open.intervalUs);
        this.#open = undefined;
        this.ended = true;
        continue;
      }
      const recorded = readFrameRecord(record);
      if (recorded?.frame.type === "video/h264") this.#take(recorded, record.offset);
    }
    let totalUs = this.segments.reduce((sum, { durationUs }) => sum + durationUs, 0);
    while (this.segments.length > 3 && totalUs - (this.segments[0]?.durationUs ?? 0) > this.#mostUs) {
      const left = this.segments.shift() as Segment;
      totalUs -= left.durationUs;
      this.sequence++;
      if (left.discontinuity) this.discontinuitySequence++;
    }
  }

  #take(recorded: RecordedFrame, offset: number): void {
    const { frame, run, timestampMs } = recorded;
    const { ptsUs, dtsUs } = timesOf(recorded);
    const size = `${frame.width}x${frame.height}`;
    this.ended = false;
    const open = this.#open;
    const goesOn = open !== undefined && open.run === run && dtsUs > open.lastUs && (!frame.key || open.size === size);
    if (open && goesOn) {
      if (!frame.key || dtsUs - open.firstUs < leastUs) {
        open.intervalUs = dtsUs - open.lastUs;
        open.lastUs = dtsUs;
        return;
      }
      this.#close(open, offset, dtsUs);
    } else {
      // What follows a key frame of another run cannot be decoded with it.
      if (!frame.key) return;
      if (open) this.#close(open, offset, open.lastUs + open.intervalUs);
    }
    const discontinuity = !goesOn && this.segments.length + this.sequence > 0;
    this.#open = {
      begin: offset,
      init: goesOn && open ? open.init : offset,
      baseUs: goesOn && open ? open.baseUs : Math.max(timestampMs * 1000 - ptsUs, this.#endUs - dtsUs),
      startMs: timestampMs,
      discontinuity,
      run,
      size,
      firstUs: dtsUs,
      lastUs: dtsUs,
      intervalUs: open?.intervalUs ?? firstIntervalUs,
    };
  }

  #close({ begin, init, baseUs, startMs, discontinuity, firstUs }: Open, end: number, endUs: number): void {
    const durationUs = endUs - firstUs;
    this.#endUs = baseUs + endUs;
    this.longestUs = Math.max(this.longestUs, durationUs);
    this.segments.push({ begin, init, end, baseUs, startMs, durationUs, discontinuity });
  }
}
