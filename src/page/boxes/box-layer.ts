/** What was seen in a stream's picture, drawn over it: in its own canvas where that is as sharp, or in a layer. */
import { type NamedFrame, namesOf } from "../../format/detections/frame-name.ts";
import type { Detected } from "../../protocol/server-message.ts";
import type { Size } from "../live/picture.ts";
import { devicePixels, type Screen } from "../live/screen.ts";
import { wholePicture, type Zoom } from "../live/zoom.ts";
import { BoxPen, type DrawnBox, type PictureBox } from "./box-pen.ts";
import { BoxStore } from "./box-store.ts";
import { type BoxSettings, boxSettings, isChosen } from "./settings.ts";

/** What is older says nothing of the picture any more. */
const oldestMs = 10_000;
const trailMs = 1500;
/** Of more tracks, the ways of those that were seen best: others cannot be followed. */
const mostTrails = 50;
/** So long what is of another picture waits for the next, where none comes. */
const mostWaitMs = 100;

/** How what is drawn stands to the picture. */
export type Agreement =
  /** It is of the picture. */
  | { of: "picture" }
  /** It is of one so much older. */
  | { of: "older"; byMs: number }
  /** Nothing is drawn. */
  | { of: "nothing" };

export class BoxLayer {
  readonly store = new BoxStore();
  readonly #screen: Screen;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #resized: ResizeObserver;
  readonly #unsubscribe: () => void;
  #frame: (NamedFrame & { size: Size }) | null = null;
  #live = false;
  #zoom = wholePicture;
  /** By performance.now(). */
  paintedAtMs = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  agreement: Agreement = { of: "nothing" };
  drawn: readonly DrawnBox[] = [];

  /** @param canvas the layer, for when the picture's own will not do */
  constructor(canvas: HTMLCanvasElement, screen: Screen) {
    this.#screen = screen;
    screen.onRedraw = () => this.draw();
    this.#canvas = canvas;
    // A layer that is not there costs nothing.
    canvas.hidden = true;
    this.#pen = canvas.getContext("2d");
    this.#resized = new ResizeObserver(([entry]) => entry && this.#resize(devicePixels(entry)));
    this.#resized.observe(canvas);
    this.#unsubscribe = boxSettings.subscribe(() => this.draw());
  }

  get frame(): NamedFrame | null {
    return this.#frame;
  }

  /** The part of the picture that is seen: lines stay as thin as they are. */
  set zoom(zoom: Zoom) {
    this.#zoom = zoom;
    this.draw();
  }

  /** Called in the same task in which the picture is painted: both are on the screen at once. */
  painted(frame: NamedFrame, size: Size, live: boolean): void {
    const { partition, offset, timestampMs, runHash, sequence } = frame;
    this.#frame = { partition, offset, timestampMs, runHash, sequence, size };
    this.#live = live;
    this.paintedAtMs = performance.now();
    this.store.shown(frame);
    this.draw();
  }

  take(detected: readonly Detected[], live: boolean): void {
    for (const one of detected) this.store.add(one, live);
    const frame = this.#frame;
    if (!frame || detected.length === 0) return;
    // What is of another picture waits for the next, which comes at once: otherwise each is drawn over twice.
    if (!this.#live || detected.some(({ name }) => namesOf(frame).includes(name))) this.draw();
    else this.#waiting ??= setTimeout(() => this.draw(), mostWaitMs);
  }

  /** The picture is not live any more: what is drawn over it is its own, or nothing. */
  freeze(): void {
    this.#live = false;
    this.draw();
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#resized.disconnect();
    this.#unsubscribe();
  }

  draw(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    const settings = boxSettings.get();
    const frame = this.#frame;
    const seen = settings.on && frame ? this.#seen(frame, settings.holdMs > 0) : [];
    if (!frame || seen.length === 0) {
      this.agreement = { of: "nothing" };
      this.drawn = [];
      this.#screen.drawOver(null);
      this.#canvas.hidden = true;
      return;
    }
    const ids = settings.trails ? tracksIn(seen, settings) : new Set<string>();
    const trails = ids.size > 0 ? this.store.trails(seen[0]?.timestampMs ?? 0, trailMs, ids) : new Map();
    const draw = (pen: CanvasRenderingContext2D, place: PictureBox) => {
      this.drawn = new BoxPen(pen, place, devicePixelRatio).draw(seen, frame.size, settings, trails);
    };
    const isOver = this.#screen.drawOver((pen, { width, height }) => draw(pen, { left: 0, top: 0, width, height }));
    this.#canvas.hidden = isOver;
    if (!isOver) this.#drawLayer((pen, room) => draw(pen, enlarged(contained(room, frame.size), room, this.#zoom)));
  }

  #drawLayer(draw: (pen: CanvasRenderingContext2D, room: Size) => void): void {
    const { width, height } = this.#canvas;
    // One that was hidden is told its size first.
    if (!this.#pen || width === 0 || height === 0) return;
    this.#pen.clearRect(0, 0, width, height);
    draw(this.#pen, { width, height });
  }

  /** What is drawn over the picture: its own, or live and not held back the newest. */
  #seen(frame: NamedFrame, held: boolean): Detected[] {
    const own = this.store.of(frame);
    if (own.length > 0) {
      this.agreement = { of: "picture" };
      return own;
    }
    const byMs = this.#live && !held ? this.store.lagMs(frame) : null;
    if (byMs === null || Math.abs(byMs) > oldestMs) return [];
    this.agreement = { of: "older", byMs };
    return this.store.ofNewest();
  }

  #resize({ width, height }: Size): void {
    if (width === 0 || (width === this.#canvas.width && height === this.#canvas.height)) return;
    Object.assign(this.#canvas, { width, height });
    this.draw();
  }
}

function tracksIn(seen: readonly Detected[], settings: BoxSettings): Set<string> {
  const tracked = seen.flatMap(({ objects }) => objects).filter((object) => object.id !== null && isChosen(object, settings));
  if (tracked.length > mostTrails) tracked.sort((a, b) => (b.score ?? 1) - (a.score ?? 1));
  return new Set(tracked.slice(0, mostTrails).map(({ id }) => id as string));
}

/** Where a picture is in a box that is wider or higher: as object-fit: contain puts it. */
export function contained(box: Size, { width, height }: Size): PictureBox {
  const scale = Math.min(box.width / width, box.height / height);
  const [across, down] = [width * scale, height * scale];
  return { left: (box.width - across) / 2, top: (box.height - down) / 2, width: across, height: down };
}

/** Where it is then, of which a part is seen: as transformOf has its canvas. */
export function enlarged({ left, top, width, height }: PictureBox, room: Size, zoom: Zoom): PictureBox {
  return {
    left: left * zoom.scale + zoom.left * room.width,
    top: top * zoom.scale + zoom.top * room.height,
    width: width * zoom.scale,
    height: height * zoom.scale,
  };
}
