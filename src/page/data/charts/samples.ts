/** The numbers of a topic's records by their time, bounded: what one record says, or several of a stretch of time. Pure. */
import { fieldsOf } from "../../../format/fields.ts";
import { joined, lastDateMs, type Measure, measureOf, mostLines } from "../../../format/measure.ts";
import type { ChartPoints, PanelRecord } from "../../../protocol/server-message.ts";

export interface Sample {
  /** Of the record; null where it is of several. */
  id: string | null;
  /** Of the first of them. */
  atMs: number;
  /** What tells the lines apart: the record's key or a field of it; null where it has none. */
  key: string | null;
  numbers: ReadonlyMap<string, Measure>;
}

const mostSamples = 6000;
const mostRemembered = 2 * mostSamples;
/** More are counted no further, as the server does. */
const mostKeys = 10_000;

export class SampleLog {
  /** In the order of their times. */
  samples: Sample[] = [];
  /** Fields that had a number, in the order in which they were first seen. */
  readonly fields: string[] = [];
  /** Likewise. */
  readonly keys = new Set<string>();
  /** Counts each of them, also where they are too many to be told apart. */
  keyCount = 0;
  /** Records that the samples are made of, and how many there were in their time. */
  drawn = 0;
  held = 0;
  readonly #by: string | null;
  #ids = new Set<string>();

  /** @param by the field that stands for the key where records have none */
  constructor(by: string | null) {
    this.#by = by;
  }

  /** What the topic holds takes the place of what was there. */
  begin({ points, keys, read, held }: ChartPoints): void {
    this.#ids.clear();
    this.samples = points.map(({ atMs, key, fields }) => ({ id: null, atMs, key, numbers: new Map(Object.entries(fields)) }));
    for (const sample of this.samples) this.#see(sample);
    this.keyCount = Math.max(keys, this.keys.size);
    this.drawn = read;
    this.held = held;
  }

  /** @param skipped how many came besides, and were left out */
  add(records: PanelRecord[], skipped = 0): void {
    this.drawn += records.length;
    this.held += records.length + skipped;
    const fresh = records.flatMap((record) => this.#sampleOf(record) ?? []);
    if (fresh.length === 0) return;
    const sorted = fresh.every(({ atMs }, i) => atMs >= (fresh[i - 1]?.atMs ?? this.samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY));
    this.samples.push(...fresh);
    if (!sorted) this.samples.sort((a, b) => a.atMs - b.atMs);
    if (this.samples.length > mostSamples) this.#thin();
    if (this.#ids.size > mostRemembered) this.#ids = new Set(this.samples.flatMap(({ id }) => id ?? []));
  }

  #sampleOf(record: PanelRecord): Sample | undefined {
    const id = `${record.partition}:${record.offset}`;
    const isPlaced = record.timestamp !== null && Math.abs(record.timestamp) <= lastDateMs;
    const fields = record.value === null || record.encoding.value !== "utf8" || !isPlaced ? undefined : fieldsOf(record.value);
    if (!fields || record.timestamp === null || this.#ids.has(id)) return undefined;
    const numbers = new Map<string, Measure>();
    for (const [name, cell] of fields.cells) if (typeof cell === "number") numbers.set(name, measureOf(cell));
    if (numbers.size === 0) return undefined;
    this.#ids.add(id);
    const named = this.#by === null ? undefined : fields.cells.get(this.#by);
    const key = record.key ?? (named === undefined || named === null ? null : String(named));
    const sample = { id, atMs: record.timestamp, key, numbers };
    this.#see(sample);
    this.keyCount = Math.max(this.keyCount, this.keys.size);
    return sample;
  }

  #see({ key, numbers }: Sample): void {
    for (const name of numbers.keys()) if (!this.fields.includes(name)) this.fields.push(name);
    if (key !== null && this.keys.size < mostKeys) this.keys.add(key);
  }

  /** Of the older half every two of a key become one: its line becomes coarser, hides nothing, and does not end. */
  #thin(): void {
    const half = this.samples.length >> 1;
    const older: Sample[] = [];
    const open = new Map<string | null, number>();
    for (const sample of this.samples.slice(0, half)) {
      const key = this.keyCount > mostLines ? null : sample.key;
      const at = open.get(key);
      const first = at === undefined ? undefined : older[at];
      if (at === undefined || !first) {
        open.set(key, older.push({ ...sample, key }) - 1);
        continue;
      }
      older[at] = { ...first, id: null, numbers: joinedNumbers(first.numbers, sample.numbers) };
      open.delete(key);
    }
    this.samples = [...older, ...this.samples.slice(half)];
  }
}

function joinedNumbers(one: Sample["numbers"], other: Sample["numbers"]): Map<string, Measure> {
  const numbers = new Map(one);
  for (const [name, measure] of other) numbers.set(name, joined(numbers.get(name), measure));
  return numbers;
}

const timeNames = /(^|[._-])(ts|time|timestamp|date|at|epoch)$/i;
const countNames = /(^|[._-])(id|seq|offset|index|no|nr|version)$/i;

/** The field that a chart begins with: a measured number rather than a time, an id or one that never changes. */
export function likelyField({ samples, fields }: Pick<SampleLog, "samples" | "fields">): string | undefined {
  const changes = (field: string) => {
    const all = samples.reduce<Measure | undefined>((before, { numbers }) => {
      const measure = numbers.get(field);
      return measure ? joined(before, measure) : before;
    }, undefined);
    return all !== undefined && all[0] < all[1];
  };
  const measured = fields.filter((field) => !timeNames.test(field) && !countNames.test(field));
  return measured.find(changes) ?? measured[0] ?? fields[0];
}
