/** Lets the readers of several partitions go on in the order of their records' times, however fast each is. */

/** Its next record is not there yet, and may be earlier than all others'. */
const unknown = Number.NEGATIVE_INFINITY;

export class TimeOrder {
  /** When the next record of each partition was written; one that has none is not among them. */
  readonly #heads = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();

  constructor(partitions: readonly number[]) {
    for (const partition of partitions) this.#heads.set(partition, unknown);
  }

  /** Resolves when no other partition has an earlier record. */
  async turn(partition: number, timeMs: number): Promise<void> {
    this.#heads.set(partition, timeMs);
    this.#wake();
    if (this.#first() === partition) return;
    await new Promise<void>((resolve) => this.#waiting.set(partition, resolve));
  }

  /** It looks for its next record, which the others wait for. */
  reads(partition: number): void {
    this.#heads.set(partition, unknown);
  }

  /** There is nothing more of it now: nobody waits for it. */
  rests(partition: number): void {
    this.#heads.delete(partition);
    this.#wake();
  }

  #first(): number | undefined {
    let first: number | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [partition, timeMs] of this.#heads) {
      if (first !== undefined && timeMs >= earliest) continue;
      first = partition;
      earliest = timeMs;
    }
    return first;
  }

  #wake(): void {
    const first = this.#first();
    const resolve = first === undefined ? undefined : this.#waiting.get(first);
    if (first === undefined || !resolve) return;
    this.#waiting.delete(first);
    resolve();
  }
}
