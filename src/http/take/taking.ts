/** What may be written here, by whom, how much and how fast; and each writer's line in the log. */
import type { KtError } from "../../errors.ts";
import type { Hub } from "../../hub/hub.ts";
import { onceSpread } from "../../kafka/admin/once-spread.ts";
import { maxMessageBytes } from "../../kafka/admin/topic-config.ts";
import type { OutgoingRecord } from "../../record.ts";
import { Audit } from "./audit.ts";
import { Budget } from "./budget.ts";
import { Cameras } from "./cameras.ts";
import { acknowledged, Courier, type Outcome } from "./courier.ts";
import { type Failure, failureOf } from "./outcome.ts";
import { Rates } from "./rates.ts";
import { Refused } from "./refused.ts";
import { Runs } from "./runs.ts";
import { type TakenKind, taken } from "./taken.ts";

export interface TakeOptions {
  /** Which topics may be written to. */
  allows: (topic: string) => boolean;
  maxBody: number;
  maxWaiting: number;
  /** Records a second of an address. */
  maxRate: number;
}

/** A topic that may be written to. */
export interface Target {
  topic: string;
  /** The largest batch that it takes; undefined where it was not told. */
  limit: number | undefined;
}

/** Who writes, and as what it counts. */
export interface Writer {
  kind: TakenKind;
  address: string;
  /** The topic, and the stream where there is one. */
  to: string;
}

/** So long a topic that was made a moment ago is looked for; a name that is wrong is told of then. */
const mostSpreadingMs = 1500;
/** A topic's limit is asked for again after so long. */
const limitKeptMs = 60_000;
const mostLimits = 10_000;
/** More than a record's headers and the batch around it have. */
const batchOverheadBytes = 128;

export class Taking {
  readonly budget: Budget;
  readonly maxBody: number;
  readonly runs = new Runs();
  readonly cameras = new Cameras();
  readonly #hub: Hub;
  readonly #allows: (topic: string) => boolean;
  readonly #rates: Rates;
  readonly #audit: Audit;
  readonly #courier: Courier;
  readonly #limits = new Map<string, { limit: Promise<number | undefined>; askedMs: number }>();

  /** @param say gets each writer's line */
  constructor(hub: Hub, { allows, maxBody, maxWaiting, maxRate }: TakeOptions, say: (line: string) => void) {
    this.#hub = hub;
    this.#allows = allows;
    this.maxBody = maxBody;
    this.budget = new Budget(maxWaiting);
    this.#rates = new Rates(maxRate);
    this.#audit = new Audit(say);
    this.#courier = new Courier(hub.config, maxWaiting);
    taken.waitingBytes = () => this.budget.held;
  }

  /** @throws KtError unknown_topic; Refused 403 where it is not to be written to */
  async target(topic: string): Promise<Target> {
    // The catalogue looks every second: what was made a moment ago is not in it, nor known to every broker.
    if (!this.#hub.catalogue.topic(topic)) await onceSpread(() => this.#hub.admin.topic(topic), mostSpreadingMs);
    if (!this.#allows(topic)) throw new Refused(403, `Nothing is taken for topic '${topic}': kt serve has no --allow-produce that means it.`);
    return { topic, limit: await onceSpread(() => this.#limit(topic), mostSpreadingMs) };
  }

  /** @throws Refused 429 where an address writes too fast */
  checkRate(address: string): void {
    const waitMs = this.#rates.waitMs(address, performance.now());
    if (waitMs > 0) throw Refused.later("Your address writes faster than it may (kt serve --max-rate): nothing of this was written.", waitMs);
  }

  /** @throws Refused 413 of a record that its topic would not take */
  checkSize({ topic, limit }: Target, { key, value, headers = [] }: OutgoingRecord, name: string): void {
    const inHeaders = headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0), 0);
    const bytes = (key?.length ?? 0) + (value?.length ?? 0) + inHeaders + batchOverheadBytes;
    if (limit === undefined || bytes <= limit) return;
    throw new Refused(413, `${name} has ${bytes} bytes, and topic '${topic}' takes ${limit} (max.message.bytes): nothing was written.`);
  }

  /**
   * @returns what became of each, and why some were not acknowledged
   * @throws KtError where there is no connection to Kafka
   */
  async send(
    { kind, address, to }: Writer,
    target: Target,
    records: readonly OutgoingRecord[],
  ): Promise<{ outcomes: Outcome[]; failure: Failure | undefined }> {
    this.#rates.wrote(address, records.length, performance.now());
    const counts = taken.counts[kind];
    const count = (some: { records: number; bytes: number; failed: number }) => {
      counts.records += some.records;
      counts.bytes += some.bytes;
      counts.failed += some.failed;
      this.#audit.add(address, to, some);
    };
    try {
      const outcomes = await this.#courier.send(records, target.limit);
      const there = records.filter((_, i) => acknowledged(outcomes[i] as Outcome));
      const bytes = there.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
      count({ records: there.length, bytes, failed: records.length - there.length });
      const failure = await failureOf(this.#hub.config, target.topic, outcomes, target.limit);
      return { outcomes, failure };
    } catch (error) {
      count({ records: 0, bytes: 0, failed: records.length });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#courier.close();
    this.#audit.close();
  }

  #limit(topic: string): Promise<number | undefined> {
    const nowMs = performance.now();
    const known = this.#limits.get(topic);
    if (known && nowMs - known.askedMs < limitKeptMs) return known.limit;
    // Where it is not told, the broker says which records are too large.
    const limit = this.#hub.admin.topicConfig(topic).then(maxMessageBytes, (error: KtError) => {
      if (error.code === "unknown_topic") throw error;
      this.#limits.delete(topic);
      return known?.limit;
    });
    limit.catch(() => this.#limits.delete(topic));
    if (this.#limits.size >= mostLimits) this.#limits.clear();
    this.#limits.set(topic, { limit, askedMs: nowMs });
    return limit;
  }
}
