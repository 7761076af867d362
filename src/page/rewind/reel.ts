/** A stretch of a stream's frames out of the log, as far as it is needed around the place that is shown. Pure. */
import type { Gap } from "../../protocol/server-message.ts";
import type { Piece } from "../connection.ts";
import { gapMsOf } from "./gap.ts";

export type ReelFrame = Piece["frames"][number] & {
  /** Its place in the order of decoding; any number may be the first. */
  index: number;
  /** Its run's place: times begin anew where it changes. */
  segment: number;
};

const mostBytes = 48 << 20;
/** So many pictures before and after one tell how far apart they are. */
const nearPictures = 8;

export class Reel {
  /** In the order of decoding, without a gap. */
  #frames: ReelFrame[] = [];
  /** In the order in which they are shown. */
  #shown: ReelFrame[] = [];
  #bytes = 0;
  /** The log holds nothing before, or held nothing after, when it was asked. */
  atStart = false;
  atEnd = false;
  /** Told of what it has got. */
  onFrames: (frames: readonly ReelFrame[]) => void = () => {};

  get frames(): readonly ReelFrame[] {
    return this.#frames;
  }
  get first(): ReelFrame | undefined {
    return this.#frames[0];
  }
  get last(): ReelFrame | undefined {
    return this.#frames.at(-1);
  }
  get bytes(): number {
    return this.#bytes;
  }

  /** How many groups of pictures begin in it. */
  get keyCount(): number {
    return this.#frames.reduce((count, { key }) => count + (key ? 1 : 0), 0);
  }

  clear(): void {
    this.#frames = [];
    this.#shown = [];
    this.#bytes = 0;
    this.atStart = this.atEnd = false;
  }

  /** Adds what follows the last frame. */
  append({ frames, last }: Piece): void {
    this.atEnd = last;
    const had = this.#frames.length;
    for (const frame of frames) {
      const before = this.#frames.at(-1);
      const segment = before ? before.segment + (before.run === frame.run ? 0 : 1) : 0;
      this.#frames.push({ ...frame, index: (before?.index ?? -1) + 1, segment });
      this.#bytes += frame.data.length;
    }
    this.#sort();
    this.onFrames(this.#frames.slice(had));
  }

  /** Adds what precedes the first frame. */
  prepend({ frames, first }: Piece): void {
    this.atStart = first;
    for (const frame of frames.toReversed()) {
      const after = this.#frames[0];
      const segment = after ? after.segment - (after.run === frame.run ? 0 : 1) : 0;
      this.#frames.unshift({ ...frame, index: (after?.index ?? 1) - 1, segment });
      this.#bytes += frame.data.length;
    }
    this.#sort();
    this.onFrames(this.#frames.slice(0, frames.length));
  }

  /** Forgets what is far from a frame, in whole groups of pictures. */
  trim(around: ReelFrame): void {
    while (this.#bytes > mostBytes && this.#frames.length > 2) {
      const [first, last] = [this.#frames[0] as ReelFrame, this.#frames.at(-1) as ReelFrame];
      const fromStart = around.index - first.index >= last.index - around.index;
      const cut = fromStart ? this.#frames.findIndex(({ key, index }) => key && index > first.index) : this.#frames.findLastIndex(({ key }) => key);
      const kept = this.group(around);
      if (cut < 1 || (fromStart ? cut > kept - first.index : cut <= around.index - first.index)) break;
      const gone = fromStart ? this.#frames.splice(0, cut) : this.#frames.splice(cut);
      if (fromStart) this.atStart = false;
      else this.atEnd = false;
      this.#bytes -= gone.reduce((sum, { data }) => sum + data.length, 0);
    }
    this.#sort();
  }

  /** What is shown at a time; where that is before all, the first. */
  at(timeMs: number): ReelFrame | undefined {
    return this.#shown.findLast(({ timestampMs }) => timestampMs <= timeMs) ?? this.#shown[0];
  }

  /** In the order of showing: by 1 the one after, by -1 the one before. */
  beside(frame: ReelFrame, by: 1 | -1): ReelFrame | undefined {
    const at = this.#shown.indexOf(frame);
    return at < 0 ? undefined : this.#shown[at + by];
  }

  /**
   * Where nothing was recorded around a time, for which a frame is shown; null where pictures stand close enough together,
   * and while it is not known what follows.
   * @param nowMs what is later is still to come
   */
  gapAt(timeMs: number, frame: ReelFrame, nowMs: number): Gap | null {
    const at = this.#shown.indexOf(frame);
    if (at < 0) return null;
    const times = this.#shown.slice(Math.max(0, at - nearPictures), at + nearPictures + 1).map(({ timestampMs }) => timestampMs);
    const gapMs = gapMsOf(times);
    const [before, after] = timeMs < frame.timestampMs ? [this.#shown[at - 1], frame] : [frame, this.#shown[at + 1]];
    if (!before) return this.atStart && frame.timestampMs - timeMs > gapMs ? { fromMs: null, toMs: frame.timestampMs } : null;
    if (!after && !this.atEnd) return null;
    const toMs = after?.timestampMs ?? null;
    const apart = (toMs ?? nowMs) - before.timestampMs;
    return apart > gapMs && timeMs !== before.timestampMs && (toMs ?? nowMs) > timeMs ? { fromMs: before.timestampMs, toMs } : null;
  }

  /** How many are shown after a frame, or before it. */
  countBeside(frame: ReelFrame, by: 1 | -1): number {
    const at = this.#shown.indexOf(frame);
    return by > 0 ? this.#shown.length - 1 - at : at;
  }

  /** In the order of decoding. */
  frame(index: number): ReelFrame | undefined {
    return this.#frames[index - (this.first?.index ?? 0)];
  }

  /** The index of the key frame that a frame's decoding begins with. */
  group(frame: ReelFrame): number {
    for (let index = frame.index; ; index--) {
      const candidate = this.frame(index);
      if (!candidate) return index + 1;
      if (candidate.key) return index;
    }
  }

  #sort(): void {
    this.#shown = this.#frames.toSorted((a, b) => a.segment - b.segment || a.timestampMs - b.timestampMs || a.index - b.index);
  }
}
