/** Draws what was seen in a picture: lines that can be told from any background, and labels on a ground of their own. */

import { captionOf } from "../../format/detections/caption.ts";
import { colorOfLabel, inkOn } from "../../format/detections/colors.ts";
import type { Detected } from "../../protocol/server-message.ts";
import { trackName } from "./box-store.ts";
import { type BoxSettings, isChosen } from "./settings.ts";

/** Where the picture is on the canvas, in its pixels. */
export interface PictureBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One that was drawn: left, top, width, height in pixels of the canvas. */
export interface DrawnBox {
  label: string;
  box: readonly [number, number, number, number];
}

type Objects = Detected["objects"][number];
/** Left, top, width, height in pixels of the canvas. */
type Rect = readonly [number, number, number, number];

/** More texts cannot be read, and cost more than all lines. */
const mostCaptions = 150;
const shade = "rgb(0 0 0 / 0.6)";

export class BoxPen {
  readonly #pen: CanvasRenderingContext2D;
  /** Pixels of the canvas for one of the page. */
  readonly #unit: number;
  readonly #picture: PictureBox;

  constructor(pen: CanvasRenderingContext2D, picture: PictureBox, unit: number) {
    this.#pen = pen;
    this.#picture = picture;
    this.#unit = unit;
  }

  /**
   * @param pixels the picture's own size, for coordinates that are of it
   * @param trails where tracks were, in parts of the picture
   */
  draw(
    seen: readonly Detected[],
    pixels: { width: number; height: number },
    settings: BoxSettings,
    trails: ReadonlyMap<string, readonly [number, number][]>,
  ): DrawnBox[] {
    const rects = new Map<string, Rect[]>();
    const lines = new Map<string, Path2D>();
    const captioned: { object: Objects; color: string; left: number; top: number }[] = [];
    const drawn: DrawnBox[] = [];
    const of = <T>(map: Map<string, T>, color: string, make: () => T) => {
      const known = map.get(color) ?? make();
      map.set(color, known);
      return known;
    };
    const { left, top, width, height } = this.#picture;
    for (const { objects, size } of seen) {
      const [across, down] = size ?? [pixels.width, pixels.height];
      const x = (value: number) => left + (value / across) * width;
      const y = (value: number) => top + (value / down) * height;
      for (const object of objects) {
        if (!isChosen(object, settings)) continue;
        const { label, box, points, closed, id } = object;
        const color = object.color ?? colorOfLabel(label);
        const trail = settings.trails && id !== null ? trails.get(trackName(label, id)) : undefined;
        const line = points || trail ? of(lines, color, () => new Path2D()) : undefined;
        if (line && points) {
          trace(
            line,
            points.map(([px, py]) => [x(px), y(py)]),
          );
          if (closed) line.closePath();
        }
        if (line && trail)
          trace(
            line,
            trail.map(([px, py]) => [left + px * width, top + py * height]),
          );
        const place = box ?? boundsOf(points ?? []);
        const rect = [x(place[0]), y(place[1]), (place[2] / across) * width, (place[3] / down) * height] as const;
        if (box) of(rects, color, () => []).push(rect);
        drawn.push({ label, box: rect });
        captioned.push({ object, color, left: rect[0], top: rect[1] });
      }
    }
    this.#stroke(rects, lines);
    captioned.sort((a, b) => (b.object.score ?? 1) - (a.object.score ?? 1));
    const unit = this.#textUnit;
    const font = `600 ${Math.round(12 * unit)}px system-ui, sans-serif`;
    // To set it has the page's style computed, also where it is the same.
    if (this.#pen.font !== font) this.#pen.font = font;
    this.#pen.textBaseline = "middle";
    let captions = 0;
    for (const { object, color, left: at, top: above } of captioned) {
      if (captions >= mostCaptions) break;
      const text = captionOf(object);
      if (text === "") continue;
      captions++;
      this.#write(text, color, at, above, unit);
    }
    const notes = seen.flatMap(({ text }) => text ?? []);
    for (const [i, text] of notes.slice(0, 4).entries()) this.#write(text, "#16181a", left + 8 * unit, top + (28 + 22 * i) * unit, unit);
    return drawn;
  }

  /** In a small tile lines and letters are smaller, too. */
  get #textUnit(): number {
    return this.#unit * Math.max(0.75, Math.min(1.25, this.#picture.width / this.#unit / 700));
  }

  /** Rectangles by themselves: of a thousand in one path a processor is busy for 14 ms, and so it takes none to speak of. */
  #stroke(rects: ReadonlyMap<string, readonly Rect[]>, lines: ReadonlyMap<string, Path2D>): void {
    const pen = this.#pen;
    const thick = Math.max(1, Math.round(2 * this.#textUnit));
    const each = (colorOf: (color: string) => string) => {
      // With round corners a rectangle is drawn as any outline is: 1,000 of them took 7 to 10 ms without a GPU, so 2 to 3.
      pen.lineJoin = "miter";
      for (const [color, its] of rects) {
        pen.strokeStyle = colorOf(color);
        for (const rect of its) pen.strokeRect(...snapped(rect, thick));
      }
      pen.lineJoin = "round";
      for (const [color, line] of lines) {
        pen.strokeStyle = colorOf(color);
        pen.stroke(line);
      }
    };
    pen.lineWidth = thick + 2 * this.#unit;
    each(() => shade);
    pen.lineWidth = thick;
    each((color) => color);
  }

  /** Above a place, and where there is no room, in it. */
  #write(text: string, color: string, left: number, top: number, unit: number): void {
    const pen = this.#pen;
    const picture = this.#picture;
    const [width, height] = [pen.measureText(text).width + 8 * unit, 18 * unit];
    const x = Math.max(picture.left, Math.min(picture.left + picture.width - width, left - unit));
    const y = top - height < picture.top ? Math.max(picture.top, top) : Math.min(picture.top + picture.height - height, top - height);
    pen.fillStyle = color;
    pen.fillRect(x, y, width, height);
    pen.fillStyle = inkOn(color);
    pen.fillText(text, x + 4 * unit, y + height / 2);
  }
}

/** So that its lines fill whole pixels, and are sharp. */
function snapped([left, top, width, height]: Rect, thick: number): Rect {
  const middle = (thick % 2) / 2;
  const [x, y] = [Math.round(left), Math.round(top)];
  return [x + middle, y + middle, Math.round(left + width) - x, Math.round(top + height) - y];
}

function trace(line: Path2D, points: readonly (readonly [number, number])[]): void {
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) line.moveTo(x, y);
    else line.lineTo(x, y);
  }
}

function boundsOf(points: readonly (readonly [number, number])[]): [number, number, number, number] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}
