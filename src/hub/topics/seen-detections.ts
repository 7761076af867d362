/** What some records of a topic say of whether they are detections, and of which streams. */
import type { DetectionTopic } from "../../format/detections/draws-over.ts";
import { readDetections } from "../../format/detections/read-detections.ts";
import { headerText, type KafkaRecord } from "../../record.ts";
import { detectedKey, detectionHeader } from "../detections/detected.ts";

/** A few of each sample are read: a topic of detections says the same in all of its records. */
const mostRead = 64;
/** and where so many of other topics are none, the others are not read. */
const mostOther = 8;
/** Of their values, in bytes: large JSON takes its time. */
const mostBytes = 2 << 20;
const mostReadBytes = 256 << 10;
const mostKeys = 1024;
const mostNamed = 16;

export class SeenDetections {
  readonly #keys = new Set<string>();
  readonly #named = new Set<string>();
  #read = 0;
  #other = 0;
  #bytes = 0;

  /** @param record is no picture */
  add(record: KafkaRecord): void {
    const { value, headers } = record;
    if (value === null || value.length > mostReadBytes || this.#read >= mostRead || this.#bytes > mostBytes) return;
    if (this.#other >= mostOther && this.#keys.size === 0) return;
    const key = detectedKey(record.key) ?? "";
    const named = headers.length > 0 ? headerText(headers, detectionHeader.topic) : undefined;
    if (this.#keys.has(key) && (named === undefined || this.#named.has(named))) return;
    this.#read++;
    this.#bytes += value.length;
    const found = readDetections(value);
    if (!found) this.#other++;
    if (!found?.objects.length) return;
    this.#keys.add(key);
    if (named) this.#named.add(named);
  }

  /** With what was seen before; undefined where nothing ever was. */
  with(before: DetectionTopic | undefined): DetectionTopic | undefined {
    if (!before && this.#keys.size === 0) return undefined;
    const all = (known: string[] = [], seen: ReadonlySet<string>, most: number) => [...new Set([...known, ...seen])].slice(-most).sort();
    return { keys: all(before?.keys, this.#keys, mostKeys), named: all(before?.named, this.#named, mostNamed), given: before?.given ?? [] };
  }
}
