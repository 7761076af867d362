/** What some records say of their topic, each looked at once: nothing of them is kept but the newest value. */
import { isUtf8 } from "node:buffer";
import { isJson, isSoonParsed } from "../../format/lenient-json.ts";
import type { KafkaRecord, Spot } from "../../record.ts";
import { streamName } from "../../video/frame.ts";
import type { KeyHabit } from "../../video/key-habit.ts";
import { type Picture, pictureOf } from "../picture.ts";
import { SeenDetections } from "./seen-detections.ts";
import type { StreamSummary, TopicKind, TopicSummary } from "./summary.ts";

/** Of a larger value only so much is looked at: whether it is text, and how it begins. */
const mostLookedAt = 4 << 20;
/** A cut may go through a character of UTF-8. */
const longestCharacter = 4;

export class Sample {
  /** Of the values, in bytes. */
  bytes = 0;
  count = 0;
  readonly #pictures = new Map<string, Picture>();
  /** Records that have a value, and pictures among them. */
  #values = 0;
  #shown = 0;
  readonly #partitions = new Map<string, Set<number>>();
  readonly #ends = new Map<string, Picture>();
  readonly #keys: { key: string; named: boolean }[] = [];
  #newest: (Spot & { value: Uint8Array; whole: boolean; picture: boolean }) | undefined;
  readonly #detections = new SeenDetections();
  #numbers = true;
  #byKt = false;
  #keyed = false;
  #lastTimestampMs = Number.NEGATIVE_INFINITY;

  /** @param isNew false where an earlier sample had it as well */
  add(record: KafkaRecord, isNew = true): void {
    const { key, value, partition, offset, timestampMs } = record;
    this.count++;
    this.bytes += value?.length ?? 0;
    this.#keyed ||= key !== null;
    this.#lastTimestampMs = Math.max(this.#lastTimestampMs, timestampMs);
    const picture = pictureOf(record);
    if (value !== null) {
      this.#values++;
      if (picture) this.#shown++;
      if (!this.#newest || isNewer(record, this.#newest))
        this.#newest = {
          partition,
          offset,
          timestampMs,
          value: value.subarray(0, mostLookedAt),
          whole: value.length <= mostLookedAt,
          picture: picture !== undefined,
        };
      this.#numbers &&= isNumber(value);
    }
    if (!picture) this.#detections.add(record);
    if (!picture) return;
    this.#byKt ||= picture.byKt;
    if (isNew && !picture.end) this.#keys.push({ key: key ? streamName(key) : "", named: picture.byKt });
    const seen = picture.end ? this.#ends : this.#pictures;
    const before = seen.get(picture.key);
    if (!before || isNewer(picture, before)) seen.set(picture.key, withoutData(picture));
    this.#partitions.set(picture.key, (this.#partitions.get(picture.key) ?? new Set()).add(picture.partition));
  }

  /** The batch that the last records are of is not needed any more. */
  release(): void {
    if (this.#newest) this.#newest.value = this.#newest.picture ? new Uint8Array() : Uint8Array.prototype.slice.call(this.#newest.value);
  }

  /** Some of its records have one. */
  get hasValue(): boolean {
    return this.#newest !== undefined;
  }

  /** Tells what the keys of its pictures were. */
  tell(habit: KeyHabit): void {
    for (const { key, named } of this.#keys) habit.add(key, named);
  }

  /** What the newest of its records say; of records without a value that is nothing new. */
  describe({ kind, detections }: Pick<TopicSummary, "kind" | "detections">): Pick<TopicSummary, "kind" | "lastTimestampMs" | "keyed" | "detections"> {
    const seen = this.#detections.with(detections);
    return {
      kind: this.#newest || kind === "empty" ? this.#kind() : kind,
      lastTimestampMs: this.#lastTimestampMs,
      keyed: this.#keyed,
      ...(seen && { detections: seen }),
    };
  }

  /** @param known streams that were seen in other records: a silent one stays */
  streams(known: StreamSummary[]): StreamSummary[] {
    // A stream of which only the end mark was seen has no size, and another of its records may have told it.
    return [...this.#pictures.values(), ...this.#ends.values()].reduce((all, picture) => withStream(all, picture, this.#partitions.get(picture.key)), known);
  }

  /** By the newest record that has a value; but what somebody wrote among pictures takes none of them from the wall. */
  #kind(): TopicKind {
    if (!this.#newest) return "text";
    const { value, whole, picture } = this.#newest;
    if (picture || this.#shown * 2 > this.#values) return this.#byKt ? "video" : "image";
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (whole ? !isUtf8(bytes) : cutsOf(bytes).every((cut) => !isUtf8(cut))) return "binary";
    const text = bytes.toString();
    if (/^\s*[{[]/.test(text) && (!whole || !isSoonParsed(text) || isJson(text))) return "json";
    // A number alone may be a word in a text; where there is nothing else they are measured.
    return this.#numbers ? "json" : "text";
  }
}

/** The streams with the one that a picture is of, as the newest picture has it, in order. Pure. */
export function withStream(streams: StreamSummary[], picture: Picture, partitions = new Set([picture.partition])): StreamSummary[] {
  const { key, partition, offset, timestampMs } = picture;
  const known = streams.find((stream) => stream.key === key);
  const all = [...new Set([...(known?.partitions ?? []), ...partitions])].sort((a, b) => a - b);
  const isNewest = !known || isNewer(picture, known.last);
  const stream = {
    key,
    ...(known && known.contentType !== "" && (!isNewest || picture.end) ? looksOf(known) : looksOfPicture(picture)),
    partitions: all,
    last: isNewest ? { partition, offset, timestampMs } : known.last,
  };
  return [...streams.filter((other) => other !== known), stream].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function looksOf({ contentType, width, height }: StreamSummary): Pick<StreamSummary, "contentType" | "width" | "height"> {
  return { contentType, width, height };
}

/** What says that a source has ended is no picture, and has no type. */
function looksOfPicture({ type, width, height, end }: Picture): Pick<StreamSummary, "contentType" | "width" | "height"> {
  return { contentType: end ? "" : type, width, height };
}

/** In one partition the offset decides; otherwise there is only the time. */
function isNewer(a: Spot, b: Spot): boolean {
  return a.partition === b.partition ? a.offset > b.offset : a.timestampMs >= b.timestampMs;
}

function withoutData(picture: Picture): Picture {
  return { ...picture, data: new Uint8Array() };
}

function cutsOf(bytes: Buffer): Buffer[] {
  return Array.from({ length: longestCharacter }, (_, less) => bytes.subarray(0, bytes.length - less));
}

function isNumber(value: Uint8Array): boolean {
  return value.length < 40 && /^\s*(-?\d+(\.\d+)?(e[+-]?\d+)?|nan|-?infinity)\s*$/i.test(Buffer.from(value).toString("latin1"));
}
