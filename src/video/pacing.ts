/** Real time by presentation time, on a monotonic clock: lateness never adds up. */

export interface Pace {
  /** How long to wait for a frame with that time, in ms; 0 when it is due or late. Fixes the start at the first call. */
  waitMs(ptsUs: number, nowMs: number): number;
  /** How far behind real time the last frame was, in ms. */
  readonly lagMs: number;
  /** Time since the first frame by the source's clock, in ms. */
  elapsedMs(ptsUs: number): number;
}

export function realTime(): Pace {
  let start: { ptsUs: number; nowMs: number } | undefined;
  let lagMs = 0;
  const elapsedMs = (ptsUs: number) => (start ? (ptsUs - start.ptsUs) / 1000 : 0);
  return {
    waitMs(ptsUs, nowMs) {
      start ??= { ptsUs, nowMs };
      const aheadMs = start.nowMs + elapsedMs(ptsUs) - nowMs;
      lagMs = Math.max(0, -aheadMs);
      return Math.max(0, aheadMs);
    },
    elapsedMs,
    get lagMs() {
      return lagMs;
    },
  };
}

/** As fast as it goes: never waits, and is never late. */
export function unpaced(): Pace {
  let startUs: number | undefined;
  return {
    waitMs(ptsUs) {
      startUs ??= ptsUs;
      return 0;
    },
    elapsedMs: (ptsUs) => (ptsUs - (startUs ?? ptsUs)) / 1000,
    lagMs: 0,
  };
}
