/** Detections as the log holds them: those of some pictures, found by the pictures' times. */
import { type NamedFrame, nameOf, namesOf } from "../../format/detections/frame-name.ts";
import type { Admin, Watermarks } from "../../kafka/admin/admin.ts";
import { type KafkaRecord, partitionName } from "../../record.ts";
import type { ChunkedLog } from "../log/chunks.ts";
import { type Detected, detectedIn, detectedKey, referenceOf } from "./detected.ts";
import { type KnownStretch, TimeMap } from "./time-map.ts";

/** One whose time is that of its writing is later than its picture by what the detector takes. */
const latestMs = 5000;
/** Times that were rounded. */
const earliestMs = 1000;
/** The first looks are spread over a partition: what is shorter than the stretch between two of them, and out of order, may be missed. */
const spreadLooks = 24;
const mostLooks = 64;
/** So many new records are looked at before what is before them is trusted to be in order. */
const leastFresh = 4096;
const mostRecords = 20_000;
const mostBytes = 16 << 20;

export interface DetectionRequest {
  /** Of detections. */
  topic: string;
  /** The stream's. */
  key: string;
  /** Records without a key are meant, too. */
  keyless: boolean;
}

export class DetectionLog {
  readonly #admin: Admin;
  readonly #maps = new Map<string, TimeMap>();

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** The topic was deleted, or made again. */
  forget(topic: string): void {
    for (const name of this.#maps.keys()) if (name.slice(0, name.lastIndexOf("/")) === topic) this.#maps.delete(name);
  }

  /**
   * What was seen in the pictures, in no order; of a picture that was looked at again, all.
   * @throws KtError where the log cannot be read; the log's signal's reason
   */
  async of(log: ChunkedLog, { topic, key, keyless }: DetectionRequest, frames: readonly NamedFrame[]): Promise<Detected[]> {
    const names = new Set(frames.flatMap(namesOf));
    const isWanted = (record: KafkaRecord) => {
      const its = detectedKey(record.key);
      return its === null ? keyless : its === key;
    };
    const found: Detected[] = [];
    for await (const record of this.between(log, topic, ...spanOf(frames))) {
      if (!isWanted(record)) continue;
      const reference = referenceOf(record);
      // Parsed only where it is of one of them, or may say so itself.
      if (!names.has(nameOf(reference ?? { timestampMs: record.timestampMs })) && (reference || !saysTime(record))) continue;
      const detected = detectedIn(record, reference);
      if (detected && names.has(detected.name)) found.push(detected);
    }
    return found;
  }

  /** The records of these times, as far as they are not too many. */
  async *between(log: ChunkedLog, topic: string, fromMs: number, toMs: number): AsyncGenerator<KafkaRecord> {
    const { partitions } = await this.#admin.topic(topic);
    const watermarks = await this.#admin.watermarks(
      partitions.map(({ id }) => ({ topic, partition: id })),
      true,
    );
    let records = 0;
    let bytes = 0;
    for (const its of watermarks) {
      const map = await this.#look(log, topic, its, fromMs, toMs);
      for (const { from, to } of map.within(fromMs, toMs)) {
        for await (const record of log.forward(topic, its.partition, from)) {
          if (record.offset >= to) break;
          if (record.timestampMs < fromMs || record.timestampMs > toMs) continue;
          bytes += record.value?.length ?? 0;
          if (++records > mostRecords || bytes > mostBytes) return;
          yield record;
        }
      }
    }
  }

  /** Looks until it is known where the records of these times are. */
  async #look(log: ChunkedLog, topic: string, { partition, low, high }: Watermarks, fromMs: number, toMs: number): Promise<TimeMap> {
    const name = partitionName({ topic, partition });
    const map = this.#maps.get(name) ?? new TimeMap();
    this.#maps.set(name, map);
    map.trim(low);
    const look = async (offset: number) => {
      const chunk = await log.chunk(topic, partition, offset);
      const stretch = stretchOf(chunk);
      if (stretch) map.add(stretch);
      // A hole has no times.
      else map.add({ from: offset, to: Math.max(chunk.end, offset + 1), ...noTimes });
    };
    const isKnown = (offset: number) => map.known.some(({ from, to }) => offset >= from && offset < to);
    if (map.known.length === 0 && high > low) {
      // Of a short log the first look is all.
      await look(low);
      const places = Array.from({ length: spreadLooks }, (_, i) => low + Math.floor(((high - 1 - low) * (i + 1)) / spreadLooks));
      await Promise.all(places.filter((offset) => !isKnown(offset)).map(look));
    }
    // What was written meanwhile may be of any time.
    const reached = map.known.at(-1)?.to ?? low;
    if (high - reached > Math.max(leastFresh, (high - low) / spreadLooks)) await look(high - 1);
    for (let looks = 0; looks < mostLooks; looks++) {
      const [gap] = map.unknown(fromMs, toMs, low, high);
      if (!gap) break;
      await look(Math.floor((gap.from + gap.to) / 2));
    }
    return map;
  }
}

const noTimes = { firstMs: Number.NaN, lastMs: Number.NaN, leastMs: Number.POSITIVE_INFINITY, mostMs: Number.NEGATIVE_INFINITY };

function stretchOf({ start, end, records }: { start: number; end: number; records: readonly KafkaRecord[] }): KnownStretch | undefined {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return undefined;
  let [leastMs, mostMs] = [first.timestampMs, first.timestampMs];
  for (const { timestampMs } of records) {
    leastMs = Math.min(leastMs, timestampMs);
    mostMs = Math.max(mostMs, timestampMs);
  }
  return { from: start, to: end, firstMs: first.timestampMs, lastMs: last.timestampMs, leastMs, mostMs };
}

function spanOf(frames: readonly NamedFrame[]): [fromMs: number, toMs: number] {
  const times = frames.map(({ timestampMs }) => timestampMs);
  return [
    times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - earliestMs,
    times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + latestMs,
  ];
}

/** Its value has the picture's time, as DeepStream's. */
function saysTime({ value }: KafkaRecord): boolean {
  return value !== null && Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, 4096)).includes('"@timestamp"');
}
