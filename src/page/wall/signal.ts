/** How a stream is doing, from when its frames came and were painted. Pure: the clock is passed in. */

export type Signal =
  /** Nothing came yet. */
  | { state: "waiting" }
  /** fps is null until it can be told; delayMs is capture to screen, the median over the last second. */
  | { state: "live"; fps: number | null; delayMs: number | null }
  | { state: "silent"; forMs: number }
  /** The source said that it was done. */
  | { state: "ended"; forMs: number }
  | { state: "broken"; why: string };

const windowMs = 1000;
const fpsWindowMs = 2000;
const shortestRateMs = 1000;
/** What comes late and for no longer than this was kept by the server, and is no news. */
const burstMs = 2000;
/** What was kept comes in one go: until nothing more came for so long, a newer picture may follow. */
const settledMs = 300;
const shortestSilenceMs = 3000;
const longestPatienceMs = 60_000;
/** A picture that is kept somewhere comes in that time, where it can be shown at all; */
const longestWaitMs = 2000;
/** and the server looks at what a stream has so often, and a little more. */
const oftenSeenMs = 10_000;

export class SignalMeter {
  #paints: { atMs: number; delayMs: number }[] = [];
  #everPainted = false;
  /** What is painted first was kept by the server: how soon the next one came says nothing. */
  #fresh = true;
  #burstAtMs = 0;
  #arrivedAtMs = 0;
  #signalAtMs: number | null = null;
  #seenAtMs: number | null = null;
  /** What came last was kept by the server. */
  #kept = false;
  #lastTimestampMs: number | null = null;
  #patienceMs = shortestSilenceMs;
  #endedAtMs: number | null = null;
  #why: string | null = null;

  /** The server is asked: what comes first is what it kept. */
  watched(nowMs: number): void {
    this.left();
    this.#burstAtMs = this.#arrivedAtMs = nowMs;
    this.#beginAnew();
  }

  /** The stream's last record was of then, whether or not it can be shown. */
  seen(timestampMs: number): void {
    this.#seenAtMs = timestampMs;
  }

  /** Nobody asks any more: nothing can come, and that nothing comes says nothing. */
  left(): void {
    this.#burstAtMs = Number.POSITIVE_INFINITY;
    this.#signalAtMs = null;
    this.#paints = [];
  }

  arrived(timestampMs: number, nowMs: number): void {
    // A clock that was set back says that what came before is still to come.
    if (nowMs - this.#arrivedAtMs > burstMs || nowMs < this.#arrivedAtMs) {
      this.#burstAtMs = nowMs;
      this.#beginAnew();
    }
    this.#arrivedAtMs = nowMs;
    // A source whose clock is wrong is live as well, once it has kept coming.
    const kept = nowMs - timestampMs > shortestSilenceMs && nowMs - this.#burstAtMs < burstMs;
    this.#kept = kept;
    this.#signalAtMs = kept ? timestampMs : nowMs;
    // A source that sends a picture every ten seconds is not silent after three.
    const intervalMs = this.#lastTimestampMs === null ? 0 : timestampMs - this.#lastTimestampMs;
    this.#patienceMs = Math.max(shortestSilenceMs, Math.min(longestPatienceMs, 3 * intervalMs));
    this.#lastTimestampMs = timestampMs;
    this.#endedAtMs = null;
  }

  /** @param behind newer pictures were there already: it was painted on the way to them, at no pace that is the stream's */
  painted(timestampMs: number, nowMs: number, behind = false): void {
    this.#why = null;
    this.#everPainted = true;
    if (this.#fresh) {
      this.#fresh = behind;
      return;
    }
    this.#paints.push({ atMs: nowMs, delayMs: nowMs - timestampMs });
    while (this.#paints[0] && this.#paints[0].atMs < nowMs - fpsWindowMs) this.#paints.shift();
  }

  /** What was kept meanwhile comes all at once. */
  #beginAnew(): void {
    this.#paints = [];
    this.#fresh = true;
  }

  ended(timestampMs: number): void {
    this.#endedAtMs = timestampMs;
  }

  broken(why: string): void {
    this.#why = why;
  }

  read(nowMs: number): Signal {
    if (this.#endedAtMs !== null) return { state: "ended", forMs: Math.max(0, nowMs - this.#endedAtMs) };
    // Where nothing could ever be shown, how long ago it came is no answer.
    if (this.#why !== null && !this.#everPainted) return { state: "broken", why: this.#why };
    // It is asked for again, and nothing comes: the last that did is known from before.
    const lost = this.#lastTimestampMs !== null && nowMs - this.#burstAtMs > this.#patienceMs;
    const signalAtMs = this.#signalAtMs ?? (lost ? this.#lastTimestampMs : null);
    if (signalAtMs === null) return this.#unseen(nowMs);
    if (this.#kept && nowMs - this.#arrivedAtMs < settledMs) return { state: "waiting" };
    const forMs = nowMs - signalAtMs;
    if (forMs > this.#patienceMs) return { state: "silent", forMs };
    if (this.#why !== null) return { state: "broken", why: this.#why };
    const recent = this.#paints.filter(({ atMs }) => atMs > nowMs - fpsWindowMs);
    return {
      state: "live",
      fps: rate(recent.map(({ atMs }) => atMs)),
      delayMs: median(recent.filter(({ atMs }) => atMs > nowMs - windowMs).map(({ delayMs }) => delayMs)),
    };
  }

  /** No picture came yet. */
  #unseen(nowMs: number): Signal {
    const forMs = nowMs - (this.#seenAtMs ?? nowMs);
    return nowMs - this.#burstAtMs > longestWaitMs && forMs > oftenSeenMs ? { state: "silent", forMs } : { state: "waiting" };
  }
}

function rate(times: number[]): number | null {
  const [first, last] = [times[0], times.at(-1)];
  // In less than a second too few come to tell.
  if (first === undefined || last === undefined || last - first < shortestRateMs) return null;
  return ((times.length - 1) * 1000) / (last - first);
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
