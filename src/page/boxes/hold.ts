/** Holds live pictures back until it is known what was seen in them, or they have waited long enough. Pure: the clock is passed in. */
import { type FrameHead, frameFlags } from "../../protocol/frame-head.ts";

export type Pass = (head: FrameHead, picture: Uint8Array<ArrayBuffer>, painted: () => void) => void;

interface Held {
  head: FrameHead;
  picture: Uint8Array<ArrayBuffer>;
  atMs: number;
}

/** Of a stream that is larger, pictures are shown before it is known. */
const mostBytes = 48 << 20;

export class Hold {
  readonly #pass: Pass;
  readonly #isKnown: (head: FrameHead) => boolean;
  #held: Held[] = [];
  #bytes = 0;
  /** How long the last one waited. */
  delayMs = 0;

  constructor(pass: Pass, isKnown: (head: FrameHead) => boolean) {
    this.#pass = pass;
    this.#isKnown = isKnown;
  }

  get count(): number {
    return this.#held.length;
  }

  /** @param painted is called at once, as the server sends no more pictures than are answered */
  receive(head: FrameHead, picture: Uint8Array<ArrayBuffer>, painted: () => void, nowMs: number, longestMs: number): void {
    if (longestMs === 0 && this.#held.length === 0) {
      this.#pass(head, picture, painted);
      return;
    }
    painted();
    this.#held.push({ head, picture, atMs: nowMs });
    this.#bytes += picture.length;
    this.look(nowMs, longestMs);
  }

  /** Lets go what is known now, or has waited for longer. @returns in how long to look again; undefined where nothing waits */
  look(nowMs: number, longestMs: number): number | undefined {
    const known = this.#held.findLastIndex(({ head }) => this.#isKnown(head));
    // What a detector left out is only on the way to what it saw.
    for (let i = 0; i <= known; i++) this.#letGo(nowMs, i < known);
    for (let [first] = this.#held; first && (nowMs - first.atMs >= longestMs || this.#bytes > mostBytes || isEnd(first)); [first] = this.#held)
      this.#letGo(nowMs, false);
    const [first] = this.#held;
    return first && Math.max(1, first.atMs + longestMs - nowMs);
  }

  clear(): void {
    this.#held = [];
    this.#bytes = 0;
  }

  #letGo(nowMs: number, onTheWay: boolean): void {
    const held = this.#held.shift();
    if (!held) return;
    const { head, picture, atMs } = held;
    this.#bytes -= picture.length;
    if (onTheWay && head.type !== "video/h264") return;
    this.delayMs = nowMs - atMs;
    this.#pass(onTheWay ? { ...head, flags: head.flags | frameFlags.behind } : head, picture, () => {});
  }
}

const isEnd = ({ head }: Held) => (head.flags & frameFlags.end) !== 0;
