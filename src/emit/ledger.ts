/** What became of each frame of one stream: sent = delivered + failed + in flight. */
import { codes } from "../kafka/explain.ts";
import type { Delivery } from "../kafka/produce/packer.ts";
import { Latencies } from "./latencies.ts";

interface SentFrame {
  /** Its number in the stream, from 0. */
  frame: number;
  bytes: number;
}

export class Ledger {
  /** Frames that went to Kafka. */
  sent = 0;
  delivered = 0;
  /** Frames of a live source that were left out, because Kafka did not keep up. */
  dropped = 0;
  /** Of the frames that were sent. */
  bytes = 0;
  inFlightBytes = 0;
  /** How often each librdkafka code was the reason of a failure. */
  readonly failures = new Map<number, number>();
  readonly latencies = new Latencies();
  /** The first frame that the topic refused for its size. */
  tooLarge: SentFrame | undefined;
  readonly #inFlight = new Map<number, SentFrame>();

  /** Refused, or not acknowledged in time. */
  get failed(): number {
    let sum = 0;
    for (const count of this.failures.values()) sum += count;
    return sum;
  }
  /** Sent, and neither delivered nor refused. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  send(sequence: number, bytes: number): void {
    this.#inFlight.set(sequence, { frame: this.sent++, bytes });
    this.bytes += bytes;
    this.inFlightBytes += bytes;
  }

  /** False for a record that is none of this ledger's. */
  deliver({ sequence, errorCode, latencyMs }: Delivery): boolean {
    const sent = this.#inFlight.get(sequence);
    if (!sent) return false;
    this.#inFlight.delete(sequence);
    this.inFlightBytes -= sent.bytes;
    if (errorCode === 0) {
      this.delivered++;
      this.latencies.add(latencyMs);
    } else {
      this.failures.set(errorCode, (this.failures.get(errorCode) ?? 0) + 1);
      if (errorCode === codes.messageTooLarge) this.tooLarge ??= sent;
    }
    return true;
  }
}
