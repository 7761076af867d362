/** A canvas that shows one stream's pictures, whoever decodes them. */
import type { Size } from "./picture.ts";

export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #resized: ResizeObserver;
  /** What it is shown in, in device pixels. */
  room: Size = { width: 0, height: 0 };
  /** All of a picture's pixels are drawn, however small it is shown: it may be saved. */
  whole = false;
  /** Called when it is shown larger or smaller. */
  onResize: () => void = () => {};

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.#pen = canvas.getContext("2d", { alpha: false });
    this.#resized = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      this.room = { width: width * devicePixelRatio, height: height * devicePixelRatio };
      this.onResize();
    });
    this.#resized.observe(canvas);
  }

  draw(picture: CanvasImageSource, width: number, height: number): void {
    // A wall of small tiles is put together again for each picture: that costs by their pixels.
    const scale = this.whole ? 1 : Math.min(1, Math.max(this.room.width / width, this.room.height / height) || 1);
    const [shownWidth, shownHeight] = [Math.round(width * scale), Math.round(height * scale)];
    // Setting the size clears the canvas, also when it is the same.
    if (this.canvas.width !== shownWidth || this.canvas.height !== shownHeight) Object.assign(this.canvas, { width: shownWidth, height: shownHeight });
    this.#pen?.drawImage(picture, 0, 0, shownWidth, shownHeight);
  }

  toPng(): Promise<Blob | null> {
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }

  close(): void {
    this.#resized.disconnect();
  }
}
