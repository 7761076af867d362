/** Takes records to Kafka for all who write, and tells each what became of his. */
import type { KafkaConfig } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import type { Delivery } from "../../kafka/produce/packer.ts";
import { openProducer, type RecordProducer } from "../../kafka/produce/producer.ts";
import type { OutgoingRecord } from "../../record.ts";

/** Where a record stands now, or librdkafka's code for why it was not acknowledged. */
export type Outcome = Acknowledged | { errorCode: number };
interface Acknowledged {
  partition: number;
  offset: number;
  errorCode: 0;
}

export const acknowledged = (outcome: Outcome): outcome is Acknowledged => outcome.errorCode === 0;

/** Who waits for an acknowledgement is told after so long that there is none: a killed leader is replaced in ten seconds. */
const mostUnacknowledgedMs = 30_000;
const mostClosingMs = 3000;
/** A queue that is never full: the budget of what waits is smaller. */
const queueRecords = 2_000_000;
/** More than a record's key and headers have on top of what was counted. */
const queueFactor = 4;
const usualBatchBytes = 1_000_000;
const leastBatchBytes = 1024;

/** The records of one call: each is told by its place among them. */
interface Parcel {
  outcomes: Outcome[];
  first: number;
  left: number;
  done(): void;
}

/** One producer, until it fails for good. */
class Lane {
  readonly #producer: RecordProducer;
  readonly #parcels: Map<number, Parcel>;
  #submitting: Promise<void> | undefined;
  /** It delivers nothing any more. */
  broken = false;

  private constructor(producer: RecordProducer, parcels: Map<number, Parcel>) {
    this.#producer = producer;
    this.#parcels = parcels;
  }

  /** @throws KtError no_broker and the other reasons why there is no connection */
  static async open(config: KafkaConfig, queueBytes: number, maxBatchBytes: number): Promise<Lane> {
    const parcels = new Map<number, Parcel>();
    let lane: Lane | undefined;
    const onDelivery = ({ sequence, partition, offset, errorCode }: Delivery) => {
      const parcel = parcels.get(sequence);
      parcels.delete(sequence);
      if (errorCode === codes.fatal && lane) lane.broken = true;
      if (!parcel) return;
      parcel.outcomes[sequence - parcel.first] = errorCode === 0 ? { partition, offset, errorCode } : { errorCode };
      if (--parcel.left === 0) parcel.done();
    };
    const producer = await openProducer(config, { lingerMs: 0, maxBatchBytes, queueBytes, queueRecords, onDelivery });
    lane = new Lane(producer, parcels);
    return lane;
  }

  send(records: readonly OutgoingRecord[]): Promise<Outcome[]> {
    return new Promise((resolve, reject) => {
      const parcel: Parcel = { outcomes: [], first: 0, left: records.length, done: () => resolve(parcel.outcomes) };
      records.forEach((record, i) => {
        const sequence = this.#producer.add(record);
        if (i === 0) parcel.first = sequence;
        this.#parcels.set(sequence, parcel);
      });
      this.#submitting ??= this.#submitAll();
      this.#submitting.catch(reject);
    });
  }

  async close(timeoutMs: number): Promise<void> {
    await this.#producer.flush(timeoutMs);
    await this.#producer.close();
  }

  /** Until nothing waits: another call may add records while one submit ends. */
  async #submitAll(): Promise<void> {
    try {
      do await this.#producer.submit();
      while (this.#producer.pendingBytes > 0);
    } finally {
      this.#submitting = undefined;
    }
  }
}

export class Courier {
  readonly #config: KafkaConfig;
  readonly #queueBytes: number;
  /** By the largest batch: what a topic takes of several records at once, a producer has for all of its topics. */
  readonly #lanes = new Map<number, { opening: Promise<Lane>; lane?: Lane }>();

  /** @param mostBytes that are ever under way */
  constructor(config: KafkaConfig, mostBytes: number) {
    const given = config.properties;
    const timeout: Record<string, string> = "delivery.timeout.ms" in given ? {} : { "message.timeout.ms": String(mostUnacknowledgedMs) };
    this.#config = { ...config, properties: { ...timeout, ...given } };
    this.#queueBytes = Math.max(96 << 20, queueFactor * mostBytes);
  }

  /**
   * Records go out in the order in which they are given here, those of one call after those of the calls before it.
   * @param limit the largest batch that their topic takes; undefined where it was not told
   * @returns what became of each, in the same order, once it is known of all
   * @throws KtError where there is no connection, and nothing was sent
   */
  async send(records: readonly OutgoingRecord[], limit: number | undefined): Promise<Outcome[]> {
    if (records.length === 0) return [];
    return (await this.#lane(batchBytes(limit))).send(records);
  }

  async close(): Promise<void> {
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    await Promise.all(lanes.map(({ opening }) => opening.then((lane) => lane.close(mostClosingMs)).catch(() => {})));
  }

  /** All who ask while one is opened wait for the same, and go on in the order in which they asked. */
  #lane(bytes: number): Promise<Lane> {
    const known = this.#lanes.get(bytes);
    if (known && !known.lane?.broken) return known.opening;
    void known?.lane?.close(mostClosingMs);
    const opening = Lane.open(this.#config, this.#queueBytes, bytes);
    const opened: { opening: Promise<Lane>; lane?: Lane } = { opening };
    this.#lanes.set(bytes, opened);
    opening.then(
      (lane) => {
        opened.lane = lane;
      },
      () => this.#lanes.get(bytes) === opened && this.#lanes.delete(bytes),
    );
    return opening;
  }
}

/** A power of two below a small limit, so that there are few producers, however many limits there are. */
function batchBytes(limit: number | undefined): number {
  if (limit === undefined || limit >= usualBatchBytes) return usualBatchBytes;
  return Math.max(leastBatchBytes, 2 ** Math.floor(Math.log2(limit)));
}
