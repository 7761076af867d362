/** When which labels were seen in a stream, over all that the log holds: sampled where that is much, and kept for all who ask. */
import type { Admin, Watermarks } from "../../kafka/admin/admin.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import { partitionName, type Stretch } from "../../record.ts";
import { readSpread, sizeOf, spreadOver } from "../data/history.ts";
import type { ChunkedLog } from "../log/chunks.ts";
import { type Detected, detectedIn, detectedKey } from "./detected.ts";
import type { DetectionLog, DetectionRequest } from "./detection-log.ts";
import { eventsOf, type SeenEvent, type Sighting } from "./sightings.ts";

export interface EventAnswer {
  events: SeenEvent[];
  /** So many of the topic's records say so. */
  read: number;
  held: number;
  /** It is being looked at, and there will be more. */
  partial: boolean;
}

/** A first look at a topic, and one at what came since. */
const mostRead = 10_000;
const mostReadBytes = 12 << 20;
/** Of a topic that grows no oftener than this. */
const againMs = 2000;
/** What was found until then is told; a first look at a long topic may take a second. */
const mostWaitMs = 700;
/** Records that something is kept of; and of each no more labels. */
const mostKept = 50_000;
const mostLabels = 8;
/** A spread has so many looks, as history.ts has it. */
const spreadLooks = 160;
/** What is shorter is looked at record by record. */
const closeMs = 600_000;

interface Kept {
  /** By the stream's key, null where records have none, and then by the record's place. */
  sightings: Map<string | null, Map<string, Sighting>>;
  records: number;
  /** Up to where each partition was looked at. */
  reached: Map<number, number>;
  lookedAtMs: number;
  looking: Promise<void> | undefined;
  held: number;
}

export class Events {
  readonly #config: KafkaConfig;
  readonly #admin: Admin;
  readonly #log: DetectionLog;
  readonly #topics = new Map<string, Kept>();

  constructor(config: KafkaConfig, admin: Admin, log: DetectionLog) {
    this.#config = config;
    this.#admin = admin;
    this.#log = log;
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  /**
   * @param span of which time they are; null for all
   * @throws KtError where the log cannot be read
   */
  async of(log: ChunkedLog, { topic, key, keyless }: DetectionRequest, span: { fromMs: number; toMs: number } | null): Promise<EventAnswer> {
    const kept = this.#topics.get(topic) ?? { sightings: new Map(), records: 0, reached: new Map(), lookedAtMs: 0, looking: undefined, held: 0 };
    this.#topics.set(topic, kept);
    // All who ask at once wait for one look.
    if (!kept.looking && (performance.now() - kept.lookedAtMs > againMs || kept.lookedAtMs === 0)) {
      kept.looking = this.#look(topic, kept).finally(() => (kept.looking = undefined));
      // Who waits for it is told; where nobody does any more, the next one looks again.
      kept.looking.catch(() => {});
    }
    const looking = kept.looking;
    await Promise.race([looking, Bun.sleep(mostWaitMs)]);
    if (span && span.toMs - span.fromMs <= closeMs)
      for await (const record of this.#log.between(log, topic, span.fromMs, span.toMs)) {
        const its = detectedKey(record.key);
        if (its !== key && !(its === null && keyless)) continue;
        if (!kept.sightings.get(its)?.has(placeOf(record))) keep(kept, its, placeOf(record), detectedIn(record));
      }
    const own = [kept.sightings.get(key), keyless ? kept.sightings.get(null) : undefined].flatMap((some) => [...(some?.values() ?? [])]);
    return {
      events: eventsOf(own, span, kept.records < kept.held ? stepOf(own) : 0),
      read: kept.records,
      held: kept.held,
      partial: looking !== undefined && kept.looking === looking,
    };
  }

  async #look(topic: string, kept: Kept): Promise<void> {
    const { partitions } = await this.#admin.topic(topic);
    const watermarks = await this.#admin.watermarks(
      partitions.map(({ id }) => ({ topic, partition: id })),
      true,
    );
    kept.held = watermarks.reduce((sum, { low, high }) => sum + high - low, 0);
    const fresh: Stretch[] = watermarks
      .map(({ partition, low, high }: Watermarks) => ({ topic, partition, from: Math.max(low, kept.reached.get(partition) ?? low), to: high }))
      .filter(({ from, to }) => from < to);
    const spread = sizeOf(fresh) <= mostRead ? fresh : spreadOver(fresh, mostRead);
    await readSpread(this.#config, spread, mostReadBytes, (batch) => take(kept, batch));
    for (const { partition, to } of fresh) kept.reached.set(partition, to);
    kept.lookedAtMs = performance.now();
  }
}

function take(kept: Kept, batch: RecordBatch): void {
  for (let index = 0; index < batch.length; index++) {
    const record = batch.record(index);
    keep(kept, detectedKey(record.key), placeOf(record), detectedIn(record));
  }
}

function keep(kept: Kept, key: string | null, place: string, detected: Detected | undefined): void {
  if (!detected) return;
  const own = kept.sightings.get(key) ?? new Map<string, Sighting>();
  kept.sightings.set(key, own);
  if (!own.has(place)) kept.records++;
  own.set(place, { atMs: detected.timestampMs, labels: labelsIn(detected) });
  // The stream of which most is kept gives way: another may have but one.
  for (; kept.records > mostKept; kept.records--) {
    const [largest] = [...kept.sightings.values()].sort((a, b) => b.size - a.size);
    const oldest = largest?.keys().next();
    if (!largest || !oldest || oldest.done) return;
    largest.delete(oldest.value);
  }
}

/** Each label once, with its best score. */
function labelsIn({ objects }: Detected): Map<string, number | null> {
  const best = new Map<string, number | null>();
  for (const { label, score } of objects) {
    const known = best.get(label);
    if (known === undefined && best.size >= mostLabels) continue;
    best.set(label, known === undefined || (score ?? 1) > (known ?? 1) ? score : known);
  }
  return best;
}

/** How far apart in time the looks of a spread are, and a little. */
function stepOf(sightings: readonly Sighting[]): number {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { atMs } of sightings) [firstMs, lastMs] = [Math.min(firstMs, atMs), Math.max(lastMs, atMs)];
  return (2 * Math.max(0, lastMs - firstMs)) / spreadLooks;
}

const placeOf = (record: { topic: string; partition: number; offset: number }) => `${partitionName(record)}/${record.offset}`;
