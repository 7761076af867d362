/** kt produce's way to the producer: how many, how fast, and what each record has in common. */
import { BadInput, type InputFields, type InputParser } from "../format/input.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import type { Header } from "../record.ts";
import { pause, shutdown } from "../terminal/shutdown.ts";

export interface SendOptions {
  topic: string;
  /** For all records; undefined leaves it to each, and -1 to the partitioner. */
  partition: number | undefined;
  headers: Header[];
  count: number | undefined;
  /** Records a second; undefined is as fast as it goes. */
  rate: number | undefined;
  skipBad: boolean;
  /** What becomes of each value before it is sent. @throws BadInput */
  encode?: (value: Uint8Array) => Promise<Buffer>;
}

/** How much is handed over at once. */
const submitBytes = 1 << 20;

export class Sender {
  /** Pieces of input that were no record, and left out. */
  skipped = 0;
  readonly #producer: RecordProducer;
  readonly #options: SendOptions;
  #left: number;
  #begunMs: number | undefined;
  #taken = 0;

  constructor(producer: RecordProducer, options: SendOptions) {
    this.#producer = producer;
    this.#options = options;
    this.#left = options.count ?? Number.POSITIVE_INFINITY;
  }

  get topic(): string {
    return this.#options.topic;
  }
  get enough(): boolean {
    return this.#left <= 0 || shutdown.aborted;
  }

  /**
   * Sends one piece of input; the bytes may be used again when it returns.
   * @throws BadInput where it is no record, unless such are skipped
   */
  async piece(piece: Buffer, parse: InputParser): Promise<void> {
    try {
      await this.send(parse(piece));
    } catch (error) {
      if (!(error instanceof BadInput) || !this.#options.skipBad) throw error;
      this.skipped++;
    }
  }

  async send({ key, value, headers, partition, timestampMs }: InputFields): Promise<void> {
    if (this.#options.rate !== undefined && !(await this.#turn(this.#options.rate))) return;
    const { topic, headers: common, encode } = this.#options;
    const bytes = encode && value ? await encode(value) : value;
    const to = this.#options.partition ?? partition;
    const time = typeof timestampMs === "bigint" ? { exactTimestampMs: timestampMs } : { timestampMs };
    this.#producer.add({ topic, key, value: bytes, ...time, partition: to, headers: common.length > 0 ? [...headers, ...common] : headers });
    this.#left--;
    if (this.#producer.pendingBytes >= submitBytes) await this.submit();
  }

  submit(): Promise<void> {
    return this.#producer.submit(shutdown);
  }

  /** Waits until the next record is due by the clock; false after a signal. */
  async #turn(rate: number): Promise<boolean> {
    this.#begunMs ??= performance.now();
    const waitMs = this.#begunMs + (this.#taken++ * 1000) / rate - performance.now();
    if (waitMs < 1) return true;
    await this.submit();
    return pause(waitMs);
  }
}
