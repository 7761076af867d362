/**
 * How fast somebody may try tokens. A wrong one is answered late, so that each address gets few answers a second, and all
 * together not many more. Who does not wait for the answers gets no further by that: an address that has too many
 * outstanding is not listened to. A right token is answered at once, unless it is from such an address and none came from
 * there before: to listen to that one would be to tell whether a guess is right. Pure: the clock is passed in.
 */

/** An address gets a wrong token answered every so often, */
const everyMs = 100;
/** and all of them together. */
const togetherEveryMs = 20;
/** Who would have to wait longer is not listened to; so no more than mostWaitMs / togetherEveryMs answers wait. */
const mostWaitMs = 20_000;
/** So many addresses are remembered; then those that were heard of longest ago are forgotten. */
const mostAddresses = 10_000;

export class Guesses {
  /** When the next wrong token of an address may be answered. */
  readonly #next = new Map<string, number>();
  /** Where right ones came from. */
  readonly #trusted = new Set<string>();
  #nextOfAll = 0;

  /** Whether what comes from there is looked at. */
  isHeard(address: string, nowMs: number): boolean {
    const place = placeOf(address);
    return this.#trusted.has(place) || (this.#next.get(place) ?? 0) - nowMs <= mostWaitMs;
  }

  right(address: string): void {
    remember(this.#trusted, placeOf(address));
  }

  /** @returns how long its answer has to wait; undefined where too many wait */
  wrong(address: string, nowMs: number): number | undefined {
    const place = placeOf(address);
    const atMs = Math.max(nowMs, this.#next.get(place) ?? 0, this.#nextOfAll);
    const waits = atMs - nowMs <= mostWaitMs;
    if (waits) this.#nextOfAll = Math.max(nowMs, this.#nextOfAll) + togetherEveryMs;
    this.#next.delete(place);
    this.#next.set(place, waits ? atMs + everyMs : nowMs + 2 * mostWaitMs);
    for (const [oldest, nextMs] of this.#next) {
      if (nextMs > nowMs && this.#next.size <= mostAddresses) break;
      this.#next.delete(oldest);
    }
    return waits ? atMs - nowMs : undefined;
  }

  /** There are other tokens from now on. */
  forget(): void {
    this.#trusted.clear();
  }
}

function remember(places: Set<string>, place: string): void {
  places.delete(place);
  places.add(place);
  for (const oldest of places) {
    if (places.size <= mostAddresses) break;
    places.delete(oldest);
  }
}

/** Who has one address of IPv6 has all 2^64 that begin like it. */
export function placeOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail ? tail.split(":") : [];
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0"), ...rest];
  return whole.slice(0, 4).join(":");
}
