/** A canvas that shows one stream's pictures, whoever decodes them. */
import type { Size } from "./picture.ts";

export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #resized: ResizeObserver;
  /** What it is shown in, in device pixels. */
  room: Size = { width: 0, height: 0 };
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
    // Setting the size clears the canvas, also when it is the same.
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#pen?.drawImage(picture, 0, 0);
  }

  toPng(): Promise<Blob | null> {
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }

  close(): void {
    this.#resized.disconnect();
  }
}
