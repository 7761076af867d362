/** A log that is read in chunks, and the ways through it. */
import type { Unreadable } from "../../kafka/read/unreadable.ts";
import type { KafkaRecord } from "../../record.ts";

/** A stretch of a partition: every record from `start` to before `end`. Nobody writes to it. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly records: readonly KafkaRecord[];
  /** Those between them that are too large, or broken. */
  readonly unreadable: readonly Unreadable[];
  readonly bytes: number;
  /** The partition had no more when it was read. */
  readonly atEnd: boolean;
}

/** Told of records that are left out, in their place among the others; what it throws ends the reading. */
export type OnUnreadable = (unreadable: Unreadable) => void;

export abstract class ChunkedLog {
  /** Aborts when whoever reads has left. */
  get signal(): AbortSignal | undefined {
    return undefined;
  }

  /**
   * The chunk with the record at this offset. Where the log has a hole there, and where it is read for
   * the first time at its end, no record of the chunk may be at or after the offset: `end` is then where
   * to go on. At the end of the log the chunk is empty.
   * @param before so many records before the offset will be wanted too
   * @throws KtError where the partition cannot be read
   */
  abstract chunk(topic: string, partition: number, offset: number, before?: number): Promise<Chunk>;

  /** The records from an offset to the end of the log. */
  async *forward(topic: string, partition: number, offset: number, onUnreadable: OnUnreadable = () => {}): AsyncGenerator<KafkaRecord> {
    for (let at = offset; ; ) {
      const chunk = await this.chunk(topic, partition, at);
      const left = chunk.unreadable.filter(({ to }) => to > at);
      for (const record of chunk.records) {
        if (record.offset < at) continue;
        for (let next = left[0]; next && next.from < record.offset; next = left[0]) onUnreadable(left.shift() ?? next);
        yield record;
      }
      for (const one of left) onUnreadable(one);
      if (chunk.end <= at) return;
      at = chunk.end;
    }
  }

  /** The records before an offset, the last one first, in looks that become longer. */
  async *backward(topic: string, partition: number, offset: number, low = 0, onUnreadable: OnUnreadable = () => {}): AsyncGenerator<KafkaRecord> {
    for (let end = offset, look = 64; end > low; look = Math.min(look * 2, 4096)) {
      const chunk = await this.chunk(topic, partition, end - 1, Math.min(look, end - low));
      // The record may be gone, and the log begin after it.
      if (chunk.start >= end) return;
      const left = chunk.unreadable.filter(({ from }) => from < end);
      for (let i = chunk.records.length - 1; i >= 0; i--) {
        const record = chunk.records[i] as KafkaRecord;
        if (record.offset >= end) continue;
        for (let next = left.at(-1); next && next.from > record.offset; next = left.at(-1)) onUnreadable(left.pop() ?? next);
        yield record;
      }
      for (const one of left.reverse()) onUnreadable(one);
      end = chunk.start;
    }
  }
}
