/**
 * How many may be connected at once: so many as kt was told to serve, or fewer. Each connection takes a descriptor, and so
 * does what kt needs itself: where connections have taken all, nothing can be read for any of them. Who comes too late is
 * sent away instead.
 */
import { readdirSync, readFileSync } from "node:fs";
import { problem } from "./answers.ts";

/** For those who read the log, and for ffmpeg: this part of the descriptors, but no more than so many. */
const ownPart = 0.25;
const mostOwn = 256;
/** Those who are sent away have given theirs back by then, even where a thousand came at once. */
const mostSettlingMs = 3000;
const lookEveryMs = 20;
/** It is told once, until there was room for so long. */
const quietMs = 60_000;

export class Room {
  /** By --max-connections. */
  readonly #wanted: number;
  readonly #limit: number;
  readonly #own: number;
  readonly #most: number;
  readonly #onFull: (message: string) => void;
  #lastFullMs = Number.NEGATIVE_INFINITY;

  /**
   * @param wanted no more than so many, whatever there is room for
   * @param onFull told that somebody was sent away
   */
  constructor(wanted: number, onFull: (message: string) => void) {
    this.#wanted = wanted;
    this.#limit = mostOpenFiles();
    this.#own = Math.min(mostOwn, Math.floor(this.#limit * ownPart));
    this.#most = Math.max(1, this.#limit - openFiles() - this.#own);
    this.#onFull = onFull;
  }

  /**
   * The answer to one who comes too late; undefined where there is room.
   * @param connections all that are answered now, with this one
   * @param light it is answered at once, and takes nothing that others need
   */
  async refuse(connections: number, light: boolean): Promise<Response | undefined> {
    if (connections > this.#wanted) {
      const most = `this kt serves ${this.#wanted} at the same time (--max-connections)`;
      return this.#full(most, `Too many are connected: this kt serves ${this.#wanted} at the same time (--max-connections). Ask again in a moment.`, 5);
    }
    if (light || connections <= this.#most / 2) return undefined;
    if (connections <= this.#most && (await this.#settled())) return undefined;
    const most = `kt may have ${this.#limit} descriptors open (ulimit -n), which are enough for ${this.#most} connections`;
    return this.#full(most, `Too many are connected: ${most}. Ask again later, or have it started with a higher ulimit -n.`, 10);
  }

  /** So many may have come at once that no descriptor is left to read for those who stay: until the others have gone. */
  async #settled(): Promise<boolean> {
    for (const endMs = performance.now() + mostSettlingMs; performance.now() < endMs; await Bun.sleep(lookEveryMs))
      if (openFiles() <= this.#limit - this.#own) return true;
    return false;
  }

  /** @param most which of the two limits it was */
  #full(most: string, sentence: string, retrySeconds: number): Response {
    const nowMs = performance.now();
    if (nowMs - this.#lastFullMs > quietMs) this.#onFull(`${most}: who comes beyond that is sent away.`);
    this.#lastFullMs = nowMs;
    return problem(503, sentence, { Connection: "close", "Retry-After": String(retrySeconds) });
  }
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

function mostOpenFiles(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return soft === undefined ? Number.MAX_SAFE_INTEGER : Number(soft);
}
