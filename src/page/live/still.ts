/** Paints JPEG and PNG: the newest that there is time for, and no queue. */
import { decodePicture, type Size, shownEighths } from "./picture.ts";
import type { Screen } from "./screen.ts";

export interface Still {
  data: Uint8Array<ArrayBuffer>;
  type: string;
  /** It is on the screen. */
  shown(size: Size): void;
  /** It is dealt with, shown or not. */
  done(): void;
}

export class StillPainter {
  readonly #screen: Screen;
  readonly #fail: (why: string) => void;
  #waiting: Still | undefined;
  /** The last that was painted, for when it is shown larger and no other comes. */
  #painted: (Still & { size: Size; eighths: number }) | undefined;
  #decoding = false;

  constructor(screen: Screen, fail: (why: string) => void) {
    this.#screen = screen;
    this.#fail = fail;
  }

  /** The last one's bytes, as they came. */
  get painted(): Pick<Still, "data" | "type"> | undefined {
    return this.#painted;
  }

  show(still: Still): void {
    this.#waiting?.done();
    this.#waiting = still;
    if (!this.#decoding) void this.#drain();
  }

  /** Something else is on the screen now. */
  reset(): void {
    this.#waiting?.done();
    this.#waiting = this.#painted = undefined;
  }

  /** Draws the last picture again where it was decoded for a smaller screen. */
  sharpen(): void {
    const last = this.#painted;
    if (!last || this.#decoding || shownEighths(last.size, this.#screen.room) <= last.eighths) return;
    this.show({ data: last.data, type: last.type, shown: () => this.#screen.onRedraw(), done: () => {} });
  }

  async #drain(): Promise<void> {
    this.#decoding = true;
    for (let next = this.#waiting; next; next = this.#waiting) {
      this.#waiting = undefined;
      try {
        const { image, width, height, size, eighths } = await decodePicture(next.data, next.type, this.#screen.room);
        this.#screen.draw(image, width, height);
        image.close();
        this.#painted = { ...next, size, eighths };
        next.shown(size);
      } catch (error) {
        this.#fail(error instanceof Error ? error.message : String(error));
      }
      next.done();
    }
    this.#decoding = false;
    this.sharpen();
  }
}
