/** The pictures among records; of one stream, unless streams are kept apart. */
import { KtError } from "../errors.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { note } from "../terminal/terminal.ts";
import { type RecordedFrame, readFrameRecord } from "../video/frame.ts";
import { KeyHabit } from "../video/key-habit.ts";
import { nounFor } from "../words.ts";

/** So many of the streams are named, where there are several. */
const mostNamed = 8;

export class FrameReader {
  #others = 0;
  readonly #streams = new Set<string>();
  readonly #habit = new KeyHabit();
  readonly #oneStreamHint: string | undefined;
  /** Until it is known whether their keys name streams. */
  readonly #held: RecordedFrame[] = [];
  #isTold = false;

  /** @param oneStreamHint what to do about several streams; undefined where they are welcome */
  constructor(oneStreamHint: string | undefined) {
    this.#oneStreamHint = oneStreamHint;
  }

  /**
   * Where each picture has a key of its own, all are one stream: what came is held until there is enough to tell.
   * @throws KtError usage when a second stream comes, before any of the batch is written
   */
  of(batch: RecordBatch): RecordedFrame[] {
    const frames: RecordedFrame[] = [];
    for (const record of batch) {
      const frame = readFrameRecord(record);
      if (frame) frames.push(frame);
      else if (record.value && record.value.length > 0) this.#others++;
    }
    if (this.#oneStreamHint === undefined) return frames;
    for (const { name, run } of frames) {
      this.#habit.add(name, run !== "");
      if (this.#streams.size <= mostNamed) this.#streams.add(name);
    }
    this.#held.push(...frames);
    if (this.#streams.size < 2) return this.#release();
    if (this.#habit.isOwn) {
      if (!this.#isTold) note("Each picture has a key of its own: all of them are taken as one stream.");
      this.#isTold = true;
      return this.#release();
    }
    if (this.#habit.isNamed) throw this.#several();
    return [];
  }

  /** Nothing more comes. @throws KtError usage where it was never told that what is held is one stream */
  end(): void {
    if (this.#held.length > 0) throw this.#several();
  }

  /** Says what was left out, where anything was. */
  noteLeftOut(frames: number): void {
    const said = [
      frames > 0 ? `${frames} ${nounFor(frames, "frame")} before the first key frame` : "",
      this.#others > 0 ? `${this.#others} ${nounFor(this.#others, "record")} without a picture` : "",
    ].filter(Boolean);
    if (said.length > 0) note(`Left out: ${said.join(", ")}.`);
  }

  /** Of one stream, whatever the keys of its pictures are. */
  #release(): RecordedFrame[] {
    return this.#held.splice(0).map((frame) => ({ ...frame, name: "" }));
  }

  #several(): KtError {
    const names = [...this.#streams].map((name) => `'${name}'`);
    const last = names.length > mostNamed ? "more" : names.at(-1);
    return KtError.usage(
      `The topic has several streams: ${names.slice(0, Math.min(mostNamed, names.length - 1)).join(", ")} and ${last}.`,
      this.#oneStreamHint,
    );
  }
}
