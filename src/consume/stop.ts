/** When kt consume stops: after so many records, or at ends that are fixed before it begins. */
import { KtError } from "../errors.ts";
import type { PartitionOffset } from "../kafka/addon/native.ts";
import type { Admin, Watermarks } from "../kafka/admin/admin.ts";
import type { TopicPartition } from "../kafka/admin/offsets.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { codes } from "../kafka/explain.ts";
import { type Positions, partitionName, positionIn } from "../record.ts";
import { resolvePlaces } from "./partitions.ts";

/** After a time has come, what was captured just before it is still on its way to the broker. */
const settleMs = 500;
const maxTimerMs = 2 ** 31 - 1;

export interface StopOptions {
  count: number | undefined;
  exit: boolean;
  until: Positions | undefined;
}

/** The first offset that is not wanted. */
interface End {
  offset: number;
  /** It lies in the log as it is: nothing has to be waited for. */
  reached: boolean;
}

export class StopRule {
  /** The partitions whose ends count; in a group, those that this member was given. */
  partitions: () => TopicPartition[];
  /** Aborts when ends became known that may be reached already. */
  readonly changed: AbortSignal;
  readonly #changed = new AbortController();
  readonly #bounded: boolean;
  readonly #ends: Map<string, End>;
  /** Ends that are not known yet, by partition: the first record of this time, or the clock, will tell. */
  readonly #times: Map<string, number>;
  /** What is read next, by partition. */
  readonly #next = new Map<string, number>();
  readonly #finished = new Set<string>();
  #left: number;

  private constructor(partitions: TopicPartition[], bounded: boolean, ends: Map<string, End>, times: Map<string, number>, count: number | undefined) {
    this.partitions = () => partitions;
    this.changed = this.#changed.signal;
    this.#bounded = bounded;
    this.#ends = ends;
    this.#times = times;
    this.#left = count ?? Number.POSITIVE_INFINITY;
  }

  /** Without an end but the count. */
  static atCount(count: number | undefined): StopRule {
    return new StopRule([], false, new Map(), new Map(), count);
  }

  /** Fixes the ends, so that a busy topic ends too. @throws KtError usage */
  static async make(admin: Admin, { count, exit, until }: StopOptions, watermarks: Watermarks[]): Promise<StopRule> {
    if (until && [until.other, ...until.of.values()].some(({ at }) => at === "resume"))
      throw KtError.usage("--until takes no 'stored': a group's place is where it begins.");
    const ends = new Map<string, End>();
    const times = new Map<string, number>();
    const places = until ? await resolvePlaces(admin, until, watermarks) : [];
    for (const [i, mark] of watermarks.entries()) {
      const offset = places[i]?.offset ?? mark.high;
      const position = until && positionIn(until, mark.partition);
      // A time that is still to come may all the same be found: some clocks are ahead.
      if (position?.at === "time" && position.timeMs + settleMs > Date.now() && !exit && offset >= mark.high) times.set(partitionName(mark), position.timeMs);
      else if (position?.at === "offset" && position.offset > mark.high && !exit) ends.set(partitionName(mark), { offset: position.offset, reached: false });
      else if (exit || until) ends.set(partitionName(mark), { offset, reached: true });
    }
    const rule = new StopRule(watermarks, exit || until !== undefined, ends, times, count);
    if (until && times.size > 0) rule.#waitFor(Math.max(...times.values()), async () => resolvePlaces(admin, until, await admin.watermarks(watermarks)));
    return rule;
  }

  /** What begins at its end is finished before it begins. */
  begin(places: PartitionOffset[]): void {
    for (const place of places) this.#readTo(partitionName(place), place.offset);
  }

  get reached(): boolean {
    if (this.#left <= 0) return true;
    if (!this.#bounded) return false;
    const partitions = this.partitions();
    return (partitions.length > 0 || this.#ends.size === 0) && partitions.every((partition) => this.#finished.has(partitionName(partition)));
  }

  /** Takes from a batch what is past an end. */
  cutAtEnds(batch: RecordBatch): void {
    if (!this.#bounded) return;
    const past = new Set<number>();
    for (const { topic, partition, from, to } of batch.runs()) {
      const place = partitionName({ topic, partition });
      if (!this.#ends.has(place)) this.#endAtTime(batch, place, from, to);
      const end = this.#ends.get(place)?.offset ?? Number.POSITIVE_INFINITY;
      for (let index = to - 1; index >= from && batch.offset(index) >= end; index--) past.add(index);
      this.#readTo(place, batch.offset(to - 1) + 1);
    }
    if (past.size > 0) batch.filter((index) => !past.has(index));
    // The last offsets may hold no record (a transaction's marker, a compacted one), so the client's
    // word for the end of a partition counts as well.
    for (const event of batch.events) {
      if (event.code !== codes.partitionEof) continue;
      const place = partitionName(event);
      this.#readTo(place, event.offset);
      if (this.#ends.get(place)?.reached) this.#finished.add(place);
    }
  }

  /** Takes from a batch what is above the count; true where that was anything. */
  cutAtCount(batch: RecordBatch): boolean {
    const above = batch.length > this.#left;
    batch.truncate(this.#left);
    this.#left -= batch.length;
    return above;
  }

  #endAtTime(batch: RecordBatch, place: string, from: number, to: number): void {
    const timeMs = this.#times.get(place);
    for (let index = from; index < to && timeMs !== undefined; index++) {
      if (batch.timestampMs(index) < timeMs) continue;
      this.#ends.set(place, { offset: batch.offset(index), reached: true });
      return;
    }
  }

  #readTo(place: string, next: number): void {
    this.#next.set(place, Math.max(next, this.#next.get(place) ?? 0));
    const end = this.#ends.get(place);
    if (end && next >= end.offset) this.#finished.add(place);
  }

  #waitFor(timeMs: number, resolve: () => Promise<PartitionOffset[]>): void {
    const leftMs = timeMs + settleMs - Date.now();
    if (leftMs > 0) {
      setTimeout(() => this.#waitFor(timeMs, resolve), Math.min(leftMs, maxTimerMs)).unref();
      return;
    }
    resolve().then(
      (places) => {
        for (const place of places) {
          if (!this.#ends.has(partitionName(place))) this.#ends.set(partitionName(place), { offset: place.offset, reached: true });
          this.#readTo(partitionName(place), this.#next.get(partitionName(place)) ?? 0);
        }
        this.#changed.abort();
      },
      // A broker that is away: the reader says so, and it is asked again.
      () => setTimeout(() => this.#waitFor(timeMs, resolve), settleMs).unref(),
    );
  }
}
