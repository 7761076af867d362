/** One stream's pictures among records: that of the first, where --key does not say which. */
import type { RecordBatch } from "../../kafka/batch.ts";
import { type RecordedFrame, readFrameRecord } from "../../video/frame.ts";
import { KeyHabit } from "../../video/key-habit.ts";

/** So many of the others are counted. */
const mostOthers = 99;

export class StreamChoice {
  /** Records without a picture. */
  without = 0;
  /** Pictures of any stream. */
  pictures = 0;
  /** Streams that are not shown. */
  readonly others = new Set<string>();
  readonly #all: boolean;
  readonly #habit = new KeyHabit();
  #name: string | undefined;

  /** @param all whatever the keys, all is one stream */
  constructor(all: boolean) {
    this.#all = all;
  }

  of(batch: RecordBatch): RecordedFrame[] {
    const frames: RecordedFrame[] = [];
    for (const record of batch) {
      const frame = readFrameRecord(record);
      if (frame) frames.push(frame);
      else if (record.value && record.value.length > 0) this.without++;
    }
    this.pictures += frames.length;
    for (const { name, run } of frames) this.#habit.add(name, run !== "");
    return frames.filter(({ name }) => this.#takes(name));
  }

  #takes(name: string): boolean {
    this.#name ??= name;
    // Where each picture has a key of its own, all are one stream.
    if (this.#all || name === this.#name || this.#habit.isOwn) return true;
    if (this.others.size < mostOthers) this.others.add(name);
    return false;
  }
}
