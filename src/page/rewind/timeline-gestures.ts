/** What fingers, pointers and wheels do on a timeline: one is dragged along the times, two and a wheel show other times. */
import { pan, pinch, type Span, share, timeAt, zoom } from "./extent.ts";

export interface GestureLine {
  /** What the line shows, and all that it could. */
  readonly shown: Span;
  readonly all: Span;
  /** undefined shows all. */
  show(span: Span | undefined): void;
  /** @param last the pointer was let go there */
  scrub(timeMs: number, last: boolean): void;
}

/** A notch of a mouse's wheel is some hundred of its pixels, a trackpad sends a few at a time: each zooms for what it is. */
const zoomPerPixel = 0.004;
/** Two fingers on a trackpad come as a wheel with Ctrl, in small numbers. */
const pinchPerPixel = 0.015;
const mostPixels = 150;
const linePixels = 16;
/** A finger that moves less is put down for another, or is lifted again. */
const leastDragPixels = 4;

export class TimelineGestures {
  line: GestureLine;
  /** Where each pointer is that is down, in pixels of the window. */
  readonly #down = new Map<number, number>();
  #beganAt = 0;
  #dragging = false;
  #held: { timesMs: [number, number] } | undefined;

  constructor(line: GestureLine) {
    this.line = line;
  }

  down(event: PointerEvent): void {
    const box = boxOf(event);
    box.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, event.clientX);
    const [a, b] = [...this.#down.values()];
    if (a === undefined) return;
    if (b !== undefined) {
      this.#held = { timesMs: [this.#timeAt(box, a), this.#timeAt(box, b)] };
      this.#dragging = false;
      return;
    }
    this.#beganAt = event.clientX;
    // A second finger may be on its way.
    this.#dragging = event.pointerType !== "touch";
    if (this.#dragging) this.line.scrub(this.#timeAt(box, event.clientX), false);
  }

  move(event: PointerEvent): void {
    if (!this.#down.has(event.pointerId)) return;
    const box = boxOf(event);
    this.#down.set(event.pointerId, event.clientX);
    const [a, b] = [...this.#down.values()];
    if (this.#held && a !== undefined && b !== undefined) {
      const { left, width } = box.getBoundingClientRect();
      this.line.show(pinch(this.#held.timesMs, [(a - left) / width, (b - left) / width], this.line.all));
      return;
    }
    this.#dragging ||= Math.abs(event.clientX - this.#beganAt) >= leastDragPixels;
    if (this.#dragging && !this.#held) this.line.scrub(this.#timeAt(box, event.clientX), false);
  }

  up(event: PointerEvent): void {
    if (!this.#down.delete(event.pointerId)) return;
    if (!this.#held && event.type === "pointerup") this.line.scrub(this.#timeAt(boxOf(event), event.clientX), true);
    // The finger that is lifted last does not jump.
    if (this.#down.size === 0) this.#held = undefined;
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    const { shown, all } = this.line;
    const box = boxOf(event);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : linePixels;
    const [x, y] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (Math.abs(x) > Math.abs(y)) {
      const { width } = box.getBoundingClientRect();
      this.line.show(
        share(shown.fromMs, all) === 0 && share(shown.toMs, all) === 1 ? undefined : pan(shown, all, (x * unit * (shown.toMs - shown.fromMs)) / width),
      );
      return;
    }
    const pixels = Math.max(-mostPixels, Math.min(mostPixels, y * unit));
    this.line.show(zoom(shown, all, this.#timeAt(box, event.clientX), Math.exp(pixels * (event.ctrlKey ? pinchPerPixel : zoomPerPixel))));
  }

  #timeAt(box: HTMLElement, x: number): number {
    const { left, width } = box.getBoundingClientRect();
    return timeAt((x - left) / width, this.line.shown);
  }
}

const boxOf = (event: Event) => event.currentTarget as HTMLElement;
