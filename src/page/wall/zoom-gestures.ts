/** What wheels, pointers and fingers do on the picture of a player: it is enlarged where they are, and moved. */
import { type Point, panBy, wholePicture, type Zoom, zoomAt } from "../live/zoom.ts";

/** A notch of a mouse's wheel is some hundred of its pixels; two fingers on a trackpad come as a wheel with Ctrl, in small numbers. */
const perPixel = 0.002;
const pinchPerPixel = 0.012;
const linePixels = 16;
const twiceScale = 2.5;
/** A pointer that moves less is put down for a click. */
const leastDragPixels = 4;

export interface Zoomed {
  zoom: Zoom;
  /** Shows another part. */
  show(zoom: Zoom): void;
}

export class ZoomGestures {
  readonly #zoomed: Zoomed;
  readonly #down = new Map<number, Point>();
  #moved = false;

  constructor(zoomed: Zoomed) {
    this.#zoomed = zoomed;
  }

  /** @returns the way to stop */
  listen(picture: HTMLElement): () => void {
    const at = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top, width, height } = picture.getBoundingClientRect();
      return { x: (clientX - left) / width, y: (clientY - top) / height };
    };
    const stopped = new AbortController();
    const on = <Type extends keyof HTMLElementEventMap>(type: Type, act: (event: HTMLElementEventMap[Type]) => void, capture = false) =>
      picture.addEventListener(type, act, { signal: stopped.signal, passive: false, capture });
    on("wheel", (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : linePixels);
      this.#show(zoomAt(this.#zoomed.zoom, at(event), Math.exp(-pixels * (event.ctrlKey ? pinchPerPixel : perPixel))));
    });
    on("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (this.#down.size === 0) this.#moved = false;
      this.#down.set(event.pointerId, at(event));
    });
    on("pointermove", (event) => this.#move(event, at(event), picture));
    for (const type of ["pointerup", "pointercancel"] as const) on(type, ({ pointerId }) => void this.#down.delete(pointerId));
    // What was dragged was not clicked.
    on(
      "click",
      (event) => {
        if (this.#moved && event.detail > 0) event.stopImmediatePropagation();
        this.#moved = false;
      },
      true,
    );
    on("dblclick", (event) => this.#show(this.#zoomed.zoom.scale > 1 ? wholePicture : zoomAt(wholePicture, at(event), twiceScale)));
    return () => stopped.abort();
  }

  #move(event: PointerEvent, to: Point, picture: HTMLElement): void {
    const from = this.#down.get(event.pointerId);
    if (!from) return;
    const { zoom } = this.#zoomed;
    const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      this.#moved = true;
      this.#down.set(event.pointerId, to);
      const apart = (point: Point) => Math.max(0.02, Math.hypot(point.x - other.x, point.y - other.y));
      const middle = (point: Point) => ({ x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 });
      const [before, now] = [middle(from), middle(to)];
      this.#show(zoomAt(panBy(zoom, now.x - before.x, now.y - before.y), now, apart(to) / apart(from)));
      return;
    }
    if (zoom.scale === 1) return;
    const { clientWidth, clientHeight } = picture;
    if (!this.#moved && Math.hypot((to.x - from.x) * clientWidth, (to.y - from.y) * clientHeight) < leastDragPixels) return;
    this.#moved = true;
    if (!picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, to);
    this.#show(panBy(zoom, to.x - from.x, to.y - from.y));
  }

  #show(zoom: Zoom): void {
    this.#zoomed.show(zoom);
  }
}
