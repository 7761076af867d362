/** The stretches of time that the log holds, on a line. Pure. */
import type { RunSpan } from "../../protocol/server-message.ts";

export interface Span {
  fromMs: number;
  toMs: number;
}

/** From the first picture to the last; null while nothing is known. */
export function spanOf(stretches: readonly RunSpan[]): Span | null {
  if (stretches.length === 0) return null;
  return { fromMs: Math.min(...stretches.map(({ startMs }) => startMs)), toMs: Math.max(...stretches.map(({ endMs }) => endMs)) };
}

/** A part of a line that shows all, from 0 to 1. */
export function share(timeMs: number, { fromMs, toMs }: Span): number {
  return toMs > fromMs ? Math.max(0, Math.min(1, (timeMs - fromMs) / (toMs - fromMs))) : 0;
}

export function timeAt(part: number, { fromMs, toMs }: Span): number {
  return fromMs + Math.max(0, Math.min(1, part)) * (toMs - fromMs);
}

/** Nothing shorter is shown: pictures are not much closer together. */
const leastMs = 2000;

/** Shows less or more of the line, with the same time below the pointer; undefined when all is shown again. */
export function zoom(shown: Span, all: Span, aroundMs: number, factor: number): Span | undefined {
  const lengthMs = Math.max(leastMs, (shown.toMs - shown.fromMs) * factor);
  if (lengthMs >= all.toMs - all.fromMs) return undefined;
  const part = share(aroundMs, shown);
  const fromMs = Math.max(all.fromMs, Math.min(all.toMs - lengthMs, aroundMs - part * lengthMs));
  return { fromMs, toMs: fromMs + lengthMs };
}

/** Shows what is beside, as far as there is something. */
export function pan({ fromMs, toMs }: Span, all: Span, byMs: number): Span {
  const by = Math.max(all.fromMs - fromMs, Math.min(all.toMs - toMs, byMs));
  return { fromMs: fromMs + by, toMs: toMs + by };
}

/** Shows two times at two parts of the line, as two fingers hold them; undefined when all is shown. */
export function pinch(timesMs: readonly [number, number], parts: readonly [number, number], all: Span): Span | undefined {
  const apart = parts[1] - parts[0];
  // Fingers that have passed each other hold nothing.
  const lengthMs = Math.max(leastMs, Math.abs(apart) < 0.01 ? Number.POSITIVE_INFINITY : (timesMs[1] - timesMs[0]) / apart);
  if (lengthMs >= all.toMs - all.fromMs) return undefined;
  const fromMs = timesMs[0] - parts[0] * lengthMs;
  return pan({ fromMs, toMs: fromMs + lengthMs }, all, 0);
}

/** Goes along with a time that would leave what is shown. */
export function follow(shown: Span, all: Span, timeMs: number): Span {
  const lengthMs = shown.toMs - shown.fromMs;
  // What comes next is to be seen too, where there is something.
  const ahead = Math.min(lengthMs / 25, Math.max(0, all.toMs - timeMs));
  if (timeMs > shown.toMs - ahead) return pan(shown, all, timeMs + ahead - shown.toMs);
  return timeMs < shown.fromMs ? pan(shown, all, timeMs - shown.fromMs) : shown;
}

/** Round times to write below the line, at most so many. */
export function marks({ fromMs, toMs }: Span, most: number): { stepMs: number; timesMs: number[] } {
  const second = 1000;
  const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];
  const stepMs = second * (steps.find((seconds) => (toMs - fromMs) / (seconds * second) <= most) ?? 31_536_000);
  // Days begin at midnight where the reader is.
  const zoneMs = new Date(fromMs).getTimezoneOffset() * 60_000;
  const timesMs: number[] = [];
  for (let time = Math.ceil((fromMs - zoneMs) / stepMs) * stepMs + zoneMs; time <= toMs && timesMs.length <= most; time += stepMs) timesMs.push(time);
  return { stepMs, timesMs };
}
