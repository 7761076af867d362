/** What was seen in a stream's pictures, as far as this page was told. Pure. */
import { type NamedFrame, namesOf } from "../../format/detections/frame-name.ts";
import type { Detected } from "../../protocol/server-message.ts";

const mostNames = 4000;
const mostObjects = 400_000;
/** Records of one picture, where each says a part. */
const mostOfOne = 2000;
/** So many pictures that were shown are remembered, to know how old a detection is that names its picture otherwise. */
const mostShown = 600;
const trailStepMs = 100;
/** More cannot be chosen among. */
const mostLabels = 100;

export class BoxStore {
  /** Those that came first are first. */
  readonly #byName = new Map<string, Detected[]>();
  /** The names of those of each second, for trails. */
  readonly #bySecond = new Map<number, Set<string>>();
  readonly #timesMs = new Map<string, number>();
  #objects = 0;
  /** Told of what there is no room for any more. */
  onForget: (name: string) => void = () => {};
  #newest: Detected | undefined;

  /** All that things were called. */
  readonly labels = new Set<string>();

  /** The one that came last. */
  get newest(): Detected | undefined {
    return this.#newest;
  }

  /** @param live it came as it was written */
  add(detected: Detected, live: boolean): void {
    const { name, topic, partial, objects } = detected;
    const known = this.#byName.get(name) ?? [];
    const isSame = (one: Detected) => one.topic === topic && one.partition === detected.partition && one.offset === detected.offset;
    if (live) this.#newest = detected;
    if (known.some(isSame)) return;
    // A picture that was looked at again is as it was seen last.
    const kept = partial ? known : known.filter((one) => one.topic !== topic || one.partial);
    const later = partial
      ? undefined
      : known.find((one) => one.topic === topic && !one.partial && one.partition === detected.partition && one.offset > detected.offset);
    // Last in the order, and what gives way to it is not counted any more.
    this.#drop(name, known);
    this.#keep(name, [...kept, later ?? detected].slice(-mostOfOne));
    for (const { label } of objects) if (this.labels.size < mostLabels) this.labels.add(label);
    for (const [oldest, its] of this.#byName) {
      if (this.#byName.size <= mostNames && this.#objects <= mostObjects) break;
      if (oldest === name) break;
      this.#drop(oldest, its);
      this.onForget(oldest);
    }
  }

  /** What was seen in a picture; empty where nothing is known of it. */
  of(frame: NamedFrame): Detected[] {
    return namesOf(frame).flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** All that was seen in the same picture as the newest. */
  ofNewest(): Detected[] {
    return this.#newest ? (this.#byName.get(this.#newest.name) ?? [this.#newest]) : [];
  }

  has(frame: NamedFrame): boolean {
    return namesOf(frame).some((name) => this.#byName.has(name));
  }

  /** A picture is on the screen. */
  shown(frame: NamedFrame): void {
    for (const name of namesOf(frame)) this.#timesMs.set(name, frame.timestampMs);
    for (const name of this.#timesMs.keys()) {
      if (this.#timesMs.size <= 4 * mostShown) break;
      this.#timesMs.delete(name);
    }
  }

  /** How much older the picture is that the newest are of, than another. */
  lagMs({ timestampMs }: NamedFrame): number | null {
    return this.#newest ? timestampMs - (this.#timesMs.get(this.#newest.name) ?? this.#newest.timestampMs) : null;
  }

  /**
   * The places where tracks were in the pictures before, oldest first, in parts of the picture.
   * @param ids of those that are asked for @returns by trackName
   */
  trails(timestampMs: number, longestMs: number, ids: ReadonlySet<string>): Map<string, readonly [number, number][]> {
    const trails = new Map<string, [number, number][]>();
    const before: Detected[] = [];
    for (let second = secondOf(timestampMs - longestMs); second <= secondOf(timestampMs); second++)
      for (const name of this.#bySecond.get(second) ?? [])
        for (const one of this.#byName.get(name) ?? []) if (one.timestampMs <= timestampMs && one.timestampMs >= timestampMs - longestMs) before.push(one);
    let pointMs = Number.NaN;
    for (const { objects, size, timestampMs: atMs } of before.sort((a, b) => a.timestampMs - b.timestampMs)) {
      // A few points are as good a line as those of all pictures, and always the same ones; up to where it is now.
      if (!size || (stepOf(atMs) === stepOf(pointMs) && atMs !== pointMs && atMs !== timestampMs)) continue;
      pointMs = atMs;
      for (const { id, label, box } of objects) {
        if (id === null || !box || !ids.has(id)) continue;
        const name = trackName(label, id);
        const trail = trails.get(name) ?? [];
        trail.push([(box[0] + box[2] / 2) / size[0], (box[1] + box[3]) / size[1]]);
        trails.set(name, trail);
      }
    }
    return trails;
  }

  #keep(name: string, its: Detected[]): void {
    this.#byName.set(name, its);
    for (const { objects, timestampMs } of its) {
      this.#objects += objects.length;
      const second = secondOf(timestampMs);
      this.#bySecond.set(second, (this.#bySecond.get(second) ?? new Set()).add(name));
    }
  }

  #drop(name: string, its: readonly Detected[]): void {
    this.#byName.delete(name);
    for (const { objects, timestampMs } of its) {
      this.#objects -= objects.length;
      const second = secondOf(timestampMs);
      const names = this.#bySecond.get(second);
      if (names?.delete(name) && names.size === 0) this.#bySecond.delete(second);
    }
  }

  clear(): void {
    this.#byName.clear();
    this.#bySecond.clear();
    this.#timesMs.clear();
    this.#objects = 0;
    this.#newest = undefined;
  }
}

const stepOf = (timestampMs: number) => Math.floor(timestampMs / trailStepMs);
const secondOf = (timestampMs: number) => Math.floor(timestampMs / 1000);

/** Detectors count the tracks of each label, or all. */
export const trackName = (label: string, id: string) => `${label} ${id}`;
