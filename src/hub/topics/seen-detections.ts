/** What some records of a topic say of whether they are detections, and of which streams. */
import type { DetectionTopic } from "../../format/detections/draws-over.ts";
import { readDetections } from "../../format/detections/read-detections.ts";
import { headerText, type KafkaRecord } from "../../record.ts";
import { detectedKey, detectionHeader } from "../detections/detected.ts";

/** A few of each sample are read: a topic of detections says the same in all of its records. */
const mostRead = 64;
const mostReadBytes = 256 << 10;
const mostKeys = 1024;
const mostNamed = 16;

export class SeenDetections {
  readonly #keys = new Set<string>();
  readonly #named = new Set<string>();
  #read = 0;

  /** @param record is no picture */
  add(record: KafkaRecord): void {
    const { value, headers } = record;
    if (value === null || value.length > mostReadBytes || this.#read >= mostRead) return;
    const key = detectedKey(record.key) ?? "";
    const named = headers.length > 0 ? headerText(headers, detectionHeader.topic) : undefined;
    if (this.#keys.has(key) && (named === undefined || this.#named.has(named))) return;
    this.#read++;
    if (!readDetections(value)?.objects.length) return;
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
