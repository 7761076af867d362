/** The one producer that all streams share, and the memory that waits in it. */
import type { Delivery } from "../kafka/produce/packer.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import type { OutgoingRecord } from "../record.ts";
import type { Ledger } from "./ledger.ts";

/** How much of one stream may wait for its acknowledgement. */
export interface Room {
  bytes: number;
  frames: number;
}

export class Outlet {
  readonly #room: Room;
  #producer: RecordProducer | undefined;
  /** Whose each frame is, by its sequence, until it is delivered. */
  readonly #owners = new Map<number, { ledger: Ledger; topic: string }>();
  /** The last offset in each partition, by topic. */
  readonly #offsets = new Map<string, Map<number, number>>();
  readonly #onBegunAnew: (topic: string) => void;
  #submitting: Promise<void> | undefined;
  /** Those that wait for room. */
  readonly #waiting = new Set<() => void>();

  /** @param onBegunAnew is told of a topic whose offsets go back: it is another topic of the same name */
  constructor(room: Room, onBegunAnew: (topic: string) => void) {
    this.#room = room;
    this.#onBegunAnew = onBegunAnew;
  }

  /** Every record is sent through this one. */
  connect(producer: RecordProducer): void {
    this.#producer = producer;
  }

  /** The producer's, for each record. */
  deliver(delivery: Delivery): void {
    const owner = this.#owners.get(delivery.sequence);
    this.#owners.delete(delivery.sequence);
    owner?.ledger.deliver(delivery);
    if (owner && delivery.errorCode === 0) this.#follow(owner.topic, delivery);
    for (const wake of this.#waiting) wake();
  }

  /** Without an acknowledgement (acks=0) there is no offset. */
  #follow(topic: string, { partition, offset }: Delivery): void {
    if (offset < 0) return;
    const last = this.#offsets.get(topic)?.get(partition) ?? -1;
    const begunAnew = offset <= last;
    const offsets = (!begunAnew && this.#offsets.get(topic)) || new Map<number, number>();
    this.#offsets.set(topic, offsets.set(partition, offset));
    if (begunAnew) this.#onBegunAnew(topic);
  }

  /** Whether a stream may send another frame of that size. One frame always may, however large. */
  hasRoom(ledger: Ledger, bytes: number): boolean {
    return ledger.inFlight === 0 || (ledger.inFlight < this.#room.frames && ledger.inFlightBytes + bytes <= this.#room.bytes);
  }

  /** Waits until the stream may send a frame of that size, or the signal aborts. */
  waitForRoom(ledger: Ledger, bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        if (!signal.aborted && !this.hasRoom(ledger, bytes)) return;
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
      wake();
    });
  }

  /** Hands a record to the client; it is counted in the ledger where it is a frame. */
  send(record: OutgoingRecord, ledger: Ledger | undefined, signal?: AbortSignal): Promise<void> {
    const producer = this.#producer as RecordProducer;
    const sequence = producer.add(record);
    if (ledger) {
      this.#owners.set(sequence, { ledger, topic: record.topic });
      ledger.send(sequence, record.value?.length ?? 0);
    }
    this.#submitting ??= this.#submitAll(producer, signal);
    return this.#submitting;
  }

  /** Until nothing waits: another stream may add a record while one submit ends. */
  async #submitAll(producer: RecordProducer, signal: AbortSignal | undefined): Promise<void> {
    try {
      do await producer.submit(signal);
      while (producer.pendingBytes > 0);
    } finally {
      this.#submitting = undefined;
    }
  }
}
