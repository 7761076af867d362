/** Records as the points of a chart: however many there are, a few thousand points that hide none of them. */
import { isUtf8 } from "node:buffer";
import { type Fields, fieldsOf } from "../../format/fields.ts";
import { joined, lastDateMs, type Measure, measureOf, mostLines } from "../../format/measure.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import { textOf } from "./text-of.ts";

/** What the records of a key say in a stretch of time. */
export interface ChartPoint {
  /** Of the first of them. */
  atMs: number;
  /** null where records have none, and where there are too many keys to tell apart. */
  key: string | null;
  fields: Record<string, Measure>;
}

export interface ChartPoints {
  points: ChartPoint[];
  /** How many there are among the records, */
  keys: number;
  /** which were so many of those in the stretch of time that was asked for. */
  read: number;
  held: number;
}

/** Fewer points than this are each one record. */
const mostPoints = 2500;
const mostAlone = 500;
/** More are counted no further. */
const mostKeys = 10_000;

export class ChartPointMaker {
  read = 0;
  readonly #by: string | null;
  readonly #keys = new Set<string>();
  /** So long is a stretch; 0 while there is room for each record's own point. */
  #widthMs = 0;
  #points: ChartPoint[] = [];
  readonly #alone: ChartPoint[] = [];
  /** By stretch and key. */
  #places = new Map<string, ChartPoint>();

  /** @param by the field that stands for the key where records have none */
  constructor(by: string | null) {
    this.#by = by;
  }

  /** @param alone each is a point of its own, whatever comes: what a line ends with is no mean */
  take(batch: RecordBatch, alone = false): void {
    this.read += batch.length;
    for (let index = 0; index < batch.length; index++) {
      const value = batch.value(index);
      const atMs = batch.timestampMs(index);
      // -1 is Kafka's word for none.
      const text = value === null || atMs === -1 || Math.abs(atMs) > lastDateMs ? undefined : textOf(value);
      const fields = text === undefined ? undefined : fieldsOf(text);
      if (fields) this.#add({ atMs, key: keyText(batch.key(index)) ?? this.#named(fields), fields: measuresOf(fields) }, alone);
    }
  }

  /** @param held how many records there were to read */
  finish(held: number): ChartPoints {
    return { points: [...this.#points, ...this.#alone].sort((a, b) => a.atMs - b.atMs), keys: this.#keys.size, read: this.read, held };
  }

  #named({ cells }: Fields): string | null {
    const cell = this.#by === null ? undefined : cells.get(this.#by);
    return cell === undefined || cell === null ? null : String(cell);
  }

  #add(point: ChartPoint, alone: boolean): void {
    if (Object.keys(point.fields).length === 0) return;
    if (point.key !== null && this.#keys.size < mostKeys) this.#keys.add(point.key);
    if (alone && this.#alone.length < mostAlone) return void this.#alone.push(point);
    this.#put(this.#keys.size > mostLines ? { ...point, key: null } : point);
    while (this.#points.length > mostPoints) this.#widen();
  }

  #put(point: ChartPoint): void {
    if (this.#widthMs === 0) return void this.#points.push(point);
    const name = `${Math.floor(point.atMs / this.#widthMs)} ${point.key === null ? "" : `=${point.key}`}`;
    const before = this.#places.get(name);
    if (!before) {
      this.#places.set(name, point);
      this.#points.push(point);
      return;
    }
    before.atMs = Math.min(before.atMs, point.atMs);
    for (const [field, measure] of Object.entries(point.fields)) before.fields[field] = joined(before.fields[field], measure);
  }

  #widen(): void {
    this.#widthMs = this.#widthMs === 0 ? 1 : 2 * this.#widthMs;
    const points = this.#points;
    this.#points = [];
    this.#places.clear();
    for (const point of points) this.#put(this.#keys.size > mostLines ? { ...point, key: null } : point);
  }
}

function keyText(key: Buffer | null): string | null {
  return key === null ? null : key.toString(isUtf8(key) ? "utf8" : "base64");
}

function measuresOf({ cells }: Fields): Record<string, Measure> {
  const measures: Record<string, Measure> = {};
  for (const [name, cell] of cells) if (typeof cell === "number") measures[name] = measureOf(cell);
  return measures;
}
