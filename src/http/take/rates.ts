/**
 * How fast each address writes. What it wrote is a debt that is paid off at so many records a second: while there is
 * one of more than a second it has to wait, so that a request with many records is taken whole. Pure: the clock is
 * passed in.
 */
import { placeOf } from "../access/guesses.ts";

/** So many addresses are remembered; then those that wrote longest ago are forgotten. */
const mostAddresses = 10_000;

export class Rates {
  readonly #perMs: number;
  /** When each address will have paid. */
  readonly #paidMs = new Map<string, number>();

  /** @param perSecond records */
  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
  }

  /** How long an address has to wait until it may write again; 0 where it may. */
  waitMs(address: string, nowMs: number): number {
    return Math.max(0, (this.#paidMs.get(placeOf(address)) ?? 0) - nowMs - 1000);
  }

  wrote(address: string, records: number, nowMs: number): void {
    const place = placeOf(address);
    const fromMs = Math.max(nowMs, this.#paidMs.get(place) ?? 0);
    this.#paidMs.delete(place);
    this.#paidMs.set(place, fromMs + records / this.#perMs);
    for (const oldest of this.#paidMs.keys()) {
      if (this.#paidMs.size <= mostAddresses) break;
      this.#paidMs.delete(oldest);
    }
  }
}
