/**
 * What a program has seen in a picture: the one form in which all of kt has it, whoever wrote it.
 * docs/records.md says how it is written, and which forms of others are understood.
 */

export interface DetectedObject {
  /** "" where the detector names none. */
  label: string;
  /** From 0 to 1; null where it says none. */
  score: number | null;
  /** Left, top, width, height, in units of the size. */
  box: readonly [number, number, number, number] | null;
  /** An outline, or a line. */
  points: readonly (readonly [number, number])[] | null;
  /** The last point leads to the first. */
  closed: boolean;
  /** Of a track: the same object has it in other pictures too. */
  id: string | null;
  /** #rrggbb; null leaves it to the label. */
  color: string | null;
  text: string | null;
}

export interface Detections {
  /** Width and height that the coordinates are of: [1, 1] where they are parts of the picture, null where they are its pixels. */
  size: readonly [number, number] | null;
  objects: DetectedObject[];
  text: string | null;
  /** Objects that are not among them: too many, or of no place that can be drawn. */
  left: number;
  /** A record for each object: another of the same picture adds to it, rather than replacing it. */
  partial: boolean;
  /** The picture's time as the value itself has it, ms since 1970. */
  timeMs: number | null;
}

/** More cannot be told apart on any screen. */
export const mostObjects = 2000;
const mostPoints = 256;
const mostLabel = 64;
const mostText = 200;
/** Beyond it a number is no place in a picture, and a canvas draws nonsense. */
const furthest = 1e6;
/** Parts of a picture reach a little beyond its edge. */
const mostPart = 2;

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number that can be drawn, also where it was written as a text; NaN for anything else. */
export function place(value: unknown): number {
  const number = typeof value === "number" ? value : typeof value === "string" && /^\s*-?\d/.test(value) ? Number(value) : Number.NaN;
  return Math.abs(number) <= furthest ? number : Number.NaN;
}

/** In one line, without what turns the direction of writing or cannot be seen; null where nothing is left. */
function line(value: unknown, most: number): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value)
    .slice(0, 4 * most)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  const letters = [...text];
  return text === "" ? null : letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

/** A share, also where it was written in percent. */
export function scoreOf(value: unknown): number | null {
  const score = typeof value === "string" ? Number.parseFloat(value) : value;
  if (typeof score !== "number" || !(score >= 0 && score <= 100)) return null;
  return score > 1 ? score / 100 : score;
}

function colorOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const [, short, long] = /^#(?:([\da-f]{3})|([\da-f]{6}))$/i.exec(value.trim()) ?? [];
  return short ? `#${[...short].map((digit) => digit + digit).join("")}`.toLowerCase() : long ? `#${long}`.toLowerCase() : null;
}

/** From two corners, in whichever order; null where they are no place. */
export function corners(x1: unknown, y1: unknown, x2: unknown, y2: unknown): DetectedObject["box"] {
  const [left, top, right, bottom] = [place(x1), place(y1), place(x2), place(y2)];
  return boxOf(Math.min(left, right), Math.min(top, bottom), Math.abs(right - left), Math.abs(bottom - top));
}

/** From the middle, as YOLO has it. */
export function around(x: unknown, y: unknown, width: unknown, height: unknown): DetectedObject["box"] {
  return boxOf(place(x) - place(width) / 2, place(y) - place(height) / 2, width, height);
}

export function boxOf(x: unknown, y: unknown, width: unknown, height: unknown): DetectedObject["box"] {
  const box = [place(x), place(y), place(width), place(height)] as const;
  return box.every(Number.isFinite) && box[2] >= 0 && box[3] >= 0 ? box : null;
}

export function pointsOf(value: unknown): DetectedObject["points"] {
  if (!Array.isArray(value)) return null;
  const pairs = value.slice(0, mostPoints).map((pair) => (Array.isArray(pair) ? ([place(pair[0]), place(pair[1])] as const) : null));
  const points = pairs.filter((pair): pair is readonly [number, number] => pair?.every(Number.isFinite) ?? false);
  return points.length >= 2 ? points : null;
}

export interface Loose {
  label?: unknown;
  score?: unknown;
  box?: DetectedObject["box"];
  points?: DetectedObject["points"];
  open?: boolean;
  id?: unknown;
  color?: unknown;
  text?: unknown;
}

/** undefined where it has no place. */
export function object({ label, score, box = null, points = null, open = false, id, color, text }: Loose): DetectedObject | undefined {
  if (!box && !points) return undefined;
  return {
    label: line(label, mostLabel) ?? "",
    score: scoreOf(score),
    box,
    points,
    closed: points !== null && points.length > 2 && !open,
    id: line(id, mostLabel),
    color: colorOf(color),
    text: line(text, mostText),
  };
}

interface Found extends Partial<Pick<Detections, "size" | "partial" | "timeMs">> {
  text?: unknown;
}

/** @param read makes an object of an item; what it cannot read is counted as left out */
export function detections<Item>(items: readonly Item[], read: (item: Item) => DetectedObject | undefined, found: Found = {}): Detections {
  const objects: DetectedObject[] = [];
  for (const item of items.slice(0, mostObjects)) {
    const one = read(item);
    if (one) objects.push(one);
  }
  const { size = sizeOf(objects), partial = false, timeMs = null } = found;
  return { size, objects, text: line(found.text, mostText), left: items.length - objects.length, partial, timeMs };
}

/** Where nobody says the size, small numbers are parts of the picture, and others its pixels. */
function sizeOf(objects: readonly DetectedObject[]): Detections["size"] {
  const most = (numbers: readonly number[]) => numbers.every((number) => Math.abs(number) <= mostPart);
  return objects.every(({ box, points }) => (!box || most(box)) && (!points || points.every(most))) ? [1, 1] : null;
}

/** @returns undefined where it is none */
export function pixelSize(width: unknown, height: unknown): Detections["size"] | undefined {
  const size = [place(width), place(height)] as const;
  return size.every((length) => length > 0) ? size : undefined;
}

/** A time as an ISO text; null for anything else. */
export function timeOf(value: unknown): number | null {
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}
