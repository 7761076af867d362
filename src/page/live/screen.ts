/** A canvas that shows one stream's pictures, whoever decodes them. */
import type { Size } from "./picture.ts";
import { transformOf, wholePicture, type Zoom } from "./zoom.ts";

export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #resized: ResizeObserver;
  #box: Size = { width: 0, height: 0 };
  /** What it is shown in, in device pixels, with what is beyond its edge where it is enlarged. */
  room: Size = { width: 0, height: 0 };
  /** All of a picture's pixels are drawn, however small it is shown: it may be saved. */
  whole = false;
  #zoom = wholePicture;
  /** Called when it is shown larger or smaller. */
  onResize: () => void = () => {};

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.#pen = canvas.getContext("2d", { alpha: false });
    this.#resized = new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#box = entry.contentRect;
      this.#measure();
    });
    this.#resized.observe(canvas);
  }

  get zoom(): Zoom {
    return this.#zoom;
  }

  /** A part of the picture is seen, larger: it needs more of its pixels. */
  set zoom(zoom: Zoom) {
    const isOther = zoom.scale !== this.#zoom.scale;
    this.#zoom = zoom;
    this.canvas.style.transform = transformOf(zoom);
    if (isOther) this.#measure();
  }

  #measure(): void {
    const pixels = devicePixelRatio * this.#zoom.scale;
    this.room = { width: this.#box.width * pixels, height: this.#box.height * pixels };
    this.onResize();
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
