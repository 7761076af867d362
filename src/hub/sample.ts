/** What some records say of their topic, each looked at once: nothing of them is kept but the newest value. */
import { isUtf8 } from "node:buffer";
import { isJson } from "../format/lenient-json.ts";
import type { KafkaRecord } from "../record.ts";
import { type Picture, pictureOf } from "./picture.ts";
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
  readonly #partitions = new Map<string, Set<number>>();
  readonly #ended = new Map<string, Picture>();
  #newest: { value: Uint8Array; whole: boolean; picture: boolean } | undefined;
  #numbers = true;
  #byKt = false;
  #keyed = false;
  #lastTimestampMs = Number.NEGATIVE_INFINITY;

  add(record: KafkaRecord): void {
    const { key, value, timestampMs } = record;
    this.count++;
    this.bytes += value?.length ?? 0;
    this.#keyed ||= key !== null;
    this.#lastTimestampMs = Math.max(this.#lastTimestampMs, timestampMs);
    const picture = pictureOf(record);
    if (value !== null) {
      this.#newest = { value: value.subarray(0, mostLookedAt), whole: value.length <= mostLookedAt, picture: picture !== undefined };
      this.#numbers &&= isNumber(value);
    }
    if (!picture) return;
    this.#byKt ||= picture.byKt;
    (picture.end ? this.#ended : this.#pictures).set(picture.key, withoutData(picture));
    this.#partitions.set(picture.key, (this.#partitions.get(picture.key) ?? new Set()).add(picture.partition));
  }

  /** The batch that the last records are of is not needed any more. */
  release(): void {
    if (this.#newest) this.#newest.value = this.#newest.picture ? new Uint8Array() : Uint8Array.prototype.slice.call(this.#newest.value);
  }

  /** @param known streams that were seen earlier: a silent one stays */
  describe(known: StreamSummary[]): Pick<TopicSummary, "kind" | "streams" | "lastTimestampMs" | "keyed"> {
    // A stream of which only the end mark was seen has no size, and another of its records may have told it.
    const ended = [...this.#ended].filter(([key]) => !this.#pictures.has(key) && known.every((stream) => stream.key !== key));
    const streams = [...this.#pictures, ...ended].reduce((all, [key, picture]) => withStream(all, picture, this.#partitions.get(key)), known);
    return { kind: this.#kind(), streams, lastTimestampMs: this.#lastTimestampMs, keyed: this.#keyed };
  }

  /** By the newest record that has a value. */
  #kind(): TopicKind {
    if (!this.#newest) return "text";
    const { value, whole, picture } = this.#newest;
    if (picture) return this.#byKt ? "video" : "image";
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (whole ? !isUtf8(bytes) : cutsOf(bytes).every((cut) => !isUtf8(cut))) return "binary";
    const text = bytes.toString();
    if (/^\s*[{[]/.test(text) && (!whole || isJson(text))) return "json";
    // A number alone may be a word in a text; where there is nothing else they are measured.
    return this.#numbers ? "json" : "text";
  }
}

/** The streams with the one that a picture is of, as the picture has it, in order. Pure. */
export function withStream(streams: StreamSummary[], { key, type, width, height, partition }: Picture, partitions = new Set([partition])): StreamSummary[] {
  const known = streams.find((stream) => stream.key === key);
  const all = new Set([...(known?.partitions ?? []), ...partitions]);
  const stream = { key, contentType: type, width, height, partitions: [...all].sort((a, b) => a - b) };
  return [...streams.filter((other) => other !== known), stream].sort((a, b) => (a.key < b.key ? -1 : 1));
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
