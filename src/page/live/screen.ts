/** A canvas that shows one stream's pictures, whoever decodes them. */
import type { Size } from "./picture.ts";
import { transformOf, wholePicture, type Zoom } from "./zoom.ts";

export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #resized: ResizeObserver;
  readonly #isAsHigh: boolean;
  /** In device pixels. */
  #box: Size = { width: 0, height: 0 };
  /** What it is shown in, in device pixels, with what is beyond its edge where it is enlarged. */
  room: Size = { width: 0, height: 0 };
  /** All of a picture's pixels are drawn, however small it is shown: it may be saved. */
  whole = false;
  #zoom = wholePicture;
  /** A copy of the picture by itself, made where something is drawn over it. */
  #bare: HTMLCanvasElement | undefined;
  #isCopied = false;
  #isCovered = false;
  /** Called when it is shown larger or smaller. */
  onResize: () => void = () => {};
  /** Called when the same picture was drawn once more: what was drawn over it is gone. */
  onRedraw: () => void = () => {};

  /** @param isAsHigh only its width is given, and it is as high as the picture makes it */
  constructor(canvas: HTMLCanvasElement, isAsHigh = false) {
    this.canvas = canvas;
    this.#isAsHigh = isAsHigh;
    this.#pen = canvas.getContext("2d", { alpha: false });
    this.#resized = new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#box = devicePixels(entry);
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
    const { scale } = this.#zoom;
    this.room = { width: this.#box.width * scale, height: this.#box.height * scale };
    this.onResize();
  }

  draw(picture: CanvasImageSource, width: number, height: number): void {
    // A wall of small tiles is put together again for each picture: that costs by their pixels.
    const across = this.room.width / width;
    const scale = this.whole ? 1 : Math.min(1, (this.#isAsHigh ? across : Math.min(across, this.room.height / height)) || 1);
    const [shownWidth, shownHeight] = [Math.round(width * scale), Math.round(height * scale)];
    // Setting the size clears the canvas, also when it is the same.
    if (this.canvas.width !== shownWidth || this.canvas.height !== shownHeight) Object.assign(this.canvas, { width: shownWidth, height: shownHeight });
    this.#pen?.drawImage(picture, 0, 0, shownWidth, shownHeight);
    this.#isCopied = this.#isCovered = false;
  }

  /**
   * Draws over the picture in its own canvas, in place of what was drawn over it before: in a canvas over it boxes cost
   * a browser without a GPU twice as much. @param draw null for nothing
   * @returns false where it is for another canvas: the picture may be saved, or this has not the screen's pixels, so
   * that lines would not be sharp
   */
  drawOver(draw: ((pen: CanvasRenderingContext2D, size: Size) => void) | null): boolean {
    const { width, height } = this.canvas;
    if (this.#isCovered && this.#bare) this.#pen?.drawImage(this.#bare, 0, 0);
    this.#isCovered = false;
    if (!this.#hasScreenPixels) return false;
    if (!draw || !this.#pen) return true;
    if (!this.#isCopied) this.#copy();
    this.#isCopied = this.#isCovered = true;
    draw(this.#pen, { width, height });
    return true;
  }

  #copy(): void {
    const { width, height } = this.canvas;
    this.#bare ??= document.createElement("canvas");
    if (this.#bare.width !== width || this.#bare.height !== height) Object.assign(this.#bare, { width, height });
    this.#bare.getContext("2d", { alpha: false })?.drawImage(this.canvas, 0, 0);
  }

  /** Each pixel of the canvas is one of the screen: it fills its room in one direction, and goes nowhere beyond. */
  get #hasScreenPixels(): boolean {
    const { canvas, room } = this;
    if (this.whole || this.#zoom.scale !== 1) return false;
    const [beside, above] = [room.width - canvas.width, room.height - canvas.height];
    return Math.min(beside, above) > -1 && Math.min(Math.abs(beside), Math.abs(above)) < 1;
  }

  toPng(): Promise<Blob | null> {
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }

  close(): void {
    this.#resized.disconnect();
  }
}

/** The size of an element's content. Browsers that do not say which pixels it covers are near enough. */
export function devicePixels({ contentRect, devicePixelContentBoxSize }: ResizeObserverEntry): Size {
  const exact = devicePixelContentBoxSize?.[0];
  if (exact) return { width: exact.inlineSize, height: exact.blockSize };
  return { width: Math.round(contentRect.width * devicePixelRatio), height: Math.round(contentRect.height * devicePixelRatio) };
}
