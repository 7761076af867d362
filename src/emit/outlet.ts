/** The one producer that all streams share, and the memory that waits in it. */
import type { Delivery } from "../kafka/packer.ts";
import type { RecordProducer } from "../kafka/producer.ts";
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
  /** Whose each record is, by its sequence, until it is delivered. */
  readonly #owners = new Map<number, Ledger>();
  #submitting: Promise<void> | undefined;
  /** Those that wait for room. */
  readonly #waiting = new Set<() => void>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** Every record is sent through this one. */
  connect(producer: RecordProducer): void {
    this.#producer = producer;
  }

  /** The producer's, for each record. */
  deliver(delivery: Delivery): void {
    this.#owners.get(delivery.sequence)?.deliver(delivery);
    this.#owners.delete(delivery.sequence);
    for (const wake of this.#waiting) wake();
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
      this.#owners.set(sequence, ledger);
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
