/** What a rewinder asks the server for: one piece of the log at a time, and what was asked before is withdrawn. */
import type { Connection, Piece } from "../connection.ts";
import type { Reel, ReelFrame } from "./reel.ts";

type Question = Parameters<Connection["piece"]>[0];
export type PieceAt = Question["at"];

export class PieceQuestion {
  /** It is not answered yet. */
  open = false;
  askedAtMs = 0;
  readonly #connection: Connection;
  #asked = new AbortController();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What was asked for is of no use any more. */
  withdraw(): void {
    this.open = false;
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  /** @returns undefined where something else was asked for meanwhile, or nothing more is wanted; else the piece, or why there is none */
  async ask(question: Question): Promise<{ piece: Piece } | { why: string } | undefined> {
    this.withdraw();
    const { signal } = this.#asked;
    this.open = true;
    this.askedAtMs = performance.now();
    try {
      const piece = await this.#connection.piece({ ...question, at: spotOnly(question.at) }, signal);
      return signal.aborted ? undefined : { piece };
    } catch (error) {
      return signal.aborted ? undefined : { why: error instanceof Error ? error.message : String(error) };
    } finally {
      if (!signal.aborted) this.open = false;
    }
  }
}

/** A frame is a spot and much else, which the server need not be told. */
function spotOnly(at: PieceAt): PieceAt {
  const spot = ({ partition, offset, timestampMs }: { partition: number; offset: number; timestampMs: number }) => ({ partition, offset, timestampMs });
  if ("after" in at) return { after: spot(at.after) };
  return "before" in at ? { before: spot(at.before) } : at;
}

/** @param frame that is shown of the piece for the time that was asked for @returns as Follower.landedMs has it */
export function landing(piece: Piece, frame: ReelFrame | undefined, timeMs: number): number | null {
  if (!frame) return Number.POSITIVE_INFINITY;
  if (frame.timestampMs > timeMs) return frame.timestampMs;
  // What is still to come is not waited for.
  return piece.timeMs !== null && piece.timeMs < timeMs ? piece.timeMs : null;
}

/** Faster than this, only pictures that need no other are fetched, as far as they are frequent. */
const everyFrameRate = 4;
const frameMs = 33;
const longestGroupMs = 5000;

/**
 * Fast, a picture for each that can be shown is enough.
 * @param spacingMs as it is now @returns 0 where every picture is wanted
 */
export function wantedSpacing({ first, last, keyCount }: Reel, current: ReelFrame | null, rate: number, spacingMs: number): number {
  if (rate <= everyFrameRate) return 0;
  if (!current) return spacingMs;
  if (current.type === "video/h264" && spacingMs === 0 && first && last) {
    if ((last.timestampMs - first.timestampMs) / Math.max(1, keyCount) > longestGroupMs) return 0;
  }
  return rate * frameMs;
}
