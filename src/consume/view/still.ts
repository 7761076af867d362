/** One picture, which is decoded and drawn where the cursor is. */
import type { RecordedFrame } from "../../video/frame.ts";
import { Decoding } from "./decoding.ts";
import type { Screen } from "./screen.ts";

export class Still {
  shown = 0;
  readonly #decoding: Decoding;

  constructor(ffmpeg: string, screen: Screen) {
    this.#decoding = new Decoding({
      ffmpeg,
      box: (size) => screen.box(size),
      take: async ({ raster, box }) => {
        this.shown++;
        screen.keep({ raster, box });
      },
    });
  }

  get leftOut(): number {
    return this.#decoding.leftOut;
  }

  async play(frames: readonly RecordedFrame[]): Promise<void> {
    for (const recorded of frames) await this.#decoding.add({ recorded, dueMs: 0 });
  }

  finish(): Promise<void> {
    return this.#decoding.finish();
  }

  close(): void {
    this.#decoding.close();
  }
}
