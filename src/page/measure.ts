/** What the page measured, for tests and benchmarks: `window.__kt`. */
import type { Signal } from "./wall/signal.ts";

export interface Paint {
  topic: string;
  key: string;
  offset: number;
  timestampMs: number;
  /** The clock right after drawImage, in the task that paints; ms since 1970 with a fraction. */
  paintedAtMs: number;
}

export interface TileMeasure {
  topic: string;
  key: string;
  /** Whether the server is asked for its frames: false while it is off the screen. */
  watched: boolean;
  received: number;
  painted: number;
  /** Left out by the server because this page was not ready. */
  dropped: number;
  /** Came, and was not shown: a newer one was there already. */
  passedOver: number;
  /** Came, and could not be decoded. */
  broken: number;
  width: number;
  height: number;
  signal: Signal;
}

/** What is drawn over a stream's picture; read when it is asked for. */
export interface BoxMeasure {
  readonly frame: { offset: number; timestampMs: number } | null;
  readonly agreement: { of: string; byMs?: number };
  readonly drawn: readonly { label: string; box: readonly number[] }[];
  /** How long the picture was held back; null where it is not. */
  readonly heldMs: number | null;
}

interface Measures {
  /** The last 1000, oldest first. */
  paints: Paint[];
  /** By "topic/key". */
  tiles: Record<string, TileMeasure>;
  /** By "topic/key". */
  boxes: Record<string, BoxMeasure>;
}

declare global {
  interface Window {
    __kt: Measures;
  }
}

const keptPaints = 1000;
const measures: Measures = { paints: [], tiles: {}, boxes: {} };
if (typeof window !== "undefined") window.__kt = measures;

let originMs = performance.timeOrigin;
/** So far the two clocks of a browser may be apart by themselves. */
const mostApartMs = 500;

/** Date.now() with microseconds. The one that has them stands while a machine sleeps, and knows nothing of a clock that is set. */
export function clockMs(): number {
  const fineMs = originMs + performance.now();
  const stepMs = Date.now() - fineMs;
  if (Math.abs(stepMs) < mostApartMs) return fineMs;
  originMs += stepMs;
  return fineMs + stepMs;
}

export function measurePaint(paint: Paint): void {
  if (measures.paints.length >= keptPaints) measures.paints.shift();
  measures.paints.push(paint);
}

/** @returns the way to end it */
export function measureTile(tile: TileMeasure, boxes: BoxMeasure): () => void {
  const name = `${tile.topic}/${tile.key}`;
  measures.tiles[name] = tile;
  measures.boxes[name] = boxes;
  return () => {
    if (measures.tiles[name] !== tile) return;
    delete measures.tiles[name];
    delete measures.boxes[name];
  };
}

/** Whether any stream that is watched comes live. */
export function someLive(): boolean {
  return Object.values(measures.tiles).some(({ watched, signal }) => watched && signal.state === "live");
}
