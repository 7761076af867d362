/** Gets what was seen in a stream: live as it comes, and out of the log for the pictures that a player has. */
import { overlaysOf } from "../../format/detections/draws-over.ts";
import { hashOfRun, type NamedFrame, namesOf } from "../../format/detections/frame-name.ts";
import { unpacked } from "../../protocol/packed-detections.ts";
import type { Connection } from "../connection.ts";
import { cell } from "../parts/cell.ts";
import { seenIn } from "./asks.ts";
import type { BoxLayer } from "./box-layer.ts";
import { boxSettings } from "./settings.ts";

/** So many pictures, and no further apart in time, are asked for at once: those nearest to what is shown first. */
const mostAtOnce = 128;
const longestMs = 20_000;
const mostAsked = 3000;
/** A picture in which nothing was seen is asked for again, while a detector may still be at it. */
const againMs = 400;
const youngMs = 30_000;
/** A live picture that stands for so long is one of a slow stream, whose detection may have come before this page. */
const standsMs = 700;

interface Recorded {
  partition: number;
  offset: number;
  timestampMs: number;
  run: string;
  sequence: number | null;
}

export class BoxSource {
  /** The topics that say what is seen in the stream. */
  readonly overlays = cell<string[]>([]);
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #key: string;
  readonly #layer: BoxLayer;
  readonly #onLive: () => void;
  /** What is known of, or was asked for, by its place. */
  readonly #asked = new Map<string, NamedFrame>();
  readonly #places = new Map<string, string>();
  #wanted: NamedFrame[] = [];
  #asking = false;
  #gone = new AbortController();

  /** @param onLive told that something came of a live picture */
  constructor(connection: Connection, topic: string, key: string, layer: BoxLayer, onLive: () => void) {
    this.#connection = connection;
    this.#topic = topic;
    this.#key = key;
    this.#layer = layer;
    this.#onLive = onLive;
    layer.store.onForget = (name) => {
      const place = this.#places.get(name);
      this.#places.delete(name);
      if (place !== undefined) this.#asked.delete(place);
    };
  }

  /** As long as the stream is looked at. @param frames those that the player has; null for a live one @returns the way to stop */
  watch(frames: (() => readonly Recorded[]) | null): () => void {
    let stopLive: (() => void) | undefined;
    const look = () => {
      const overlays = overlaysOf(this.#connection.topics.get() ?? [], { topic: this.#topic, key: this.#key });
      if (overlays.join("/") !== this.overlays.get().join("/")) {
        this.overlays.set(overlays);
        this.#forget();
      }
      const wanted = overlays.length > 0 && boxSettings.get().on;
      if (!wanted || frames !== null) {
        stopLive?.();
        stopLive = undefined;
      }
      if (wanted && frames) this.want(frames());
      else if (wanted) stopLive ??= this.#live();
    };
    const stops = [this.#connection.topics.subscribe(look), boxSettings.subscribe(look)];
    look();
    const timer = setInterval(() => this.#askAgain(frames === null), againMs);
    return () => {
      for (const stop of [...stops, stopLive]) stop?.();
      clearInterval(timer);
      this.#wanted = [];
      this.#gone.abort();
      this.#gone = new AbortController();
      this.#asking = false;
    };
  }

  /** What was seen in these pictures. */
  want(frames: readonly Recorded[]): void {
    if (this.overlays.get().length === 0 || !boxSettings.get().on) return;
    const named = frames.map(({ partition, offset, timestampMs, run, sequence }) => ({ partition, offset, timestampMs, runHash: hashOfRun(run), sequence }));
    this.#wanted = named.filter((frame) => !this.#asked.has(placeOf(frame)));
    if (this.#wanted.length > 0) void this.#ask();
  }

  #live(): () => void {
    return this.#connection.boxes(this.#topic, this.#key, ({ detected }) => {
      this.#layer.take(detected.map(unpacked), true);
      this.#onLive();
    });
  }

  #forget(): void {
    this.#asked.clear();
    this.#places.clear();
  }

  /** One question after the other. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { signal } = this.#gone;
    try {
      while (this.#wanted.length > 0 && !signal.aborted) {
        const frames = this.#nearest();
        for (const frame of frames) this.#note(frame);
        const detected = await seenIn(this.#connection, { topic: this.#topic, key: this.#key }, frames, signal);
        if (!signal.aborted) this.#layer.take(detected, false);
      }
    } catch {
      // What the server cannot say now is asked for again with the next pictures, or in a while.
      if (!signal.aborted) this.#forget();
    } finally {
      if (!signal.aborted) this.#asking = false;
    }
  }

  /** Takes those out of what is wanted that are nearest to the picture that is shown. */
  #nearest(): NamedFrame[] {
    const shownMs = this.#layer.frame?.timestampMs ?? this.#wanted[0]?.timestampMs ?? 0;
    const far = ({ timestampMs }: NamedFrame) => Math.abs(timestampMs - shownMs);
    const sorted = this.#wanted.toSorted((a, b) => far(a) - far(b));
    const firstMs = sorted[0]?.timestampMs ?? 0;
    const frames = sorted.slice(0, mostAtOnce).filter(({ timestampMs }) => Math.abs(timestampMs - firstMs) <= longestMs / 2);
    const taken = new Set(frames);
    this.#wanted = sorted.filter((frame) => !taken.has(frame));
    return frames;
  }

  #note(frame: NamedFrame): void {
    const place = placeOf(frame);
    this.#asked.set(place, frame);
    for (const name of namesOf(frame)) this.#places.set(name, place);
    for (const [oldest, its] of this.#asked) {
      if (this.#asked.size <= mostAsked) break;
      this.#asked.delete(oldest);
      for (const name of namesOf(its)) this.#places.delete(name);
    }
  }

  /** The picture that stands on the screen. */
  #askAgain(live: boolean): void {
    const { frame, paintedAtMs } = this.#layer;
    if (!frame || this.overlays.get().length === 0 || !boxSettings.get().on || this.#layer.store.has(frame)) return;
    const isYoung = Date.now() - frame.timestampMs < youngMs;
    if (live && performance.now() - paintedAtMs < standsMs) return;
    if (!isYoung && this.#asked.has(placeOf(frame))) return;
    this.#wanted.push(frame);
    void this.#ask();
  }
}

const placeOf = ({ partition, offset }: NamedFrame) => `${partition}/${offset}`;
