/** What was seen in a picture, as the layer that is laid over it: the lines and captions that the page draws, in pixels. Pure. */
import { captionOf } from "../../format/detections/caption.ts";
import { colorOfLabel, inkOn } from "../../format/detections/colors.ts";
import type { DetectedObject, Detections } from "../../format/detections/detections.ts";
import type { Size } from "../../video/formats/picture-size.ts";
import { Layer, textSize } from "../../video/paint/layer.ts";

/** Of more nothing can be told apart, and somebody waits for the picture. */
const mostObjects = 500;
/** Beyond it the ends of a line are not exact any more, and nothing of them is seen. */
const furthest = 1e7;
/** As on the page; and of what is said of the whole picture. */
const mostCaptions = 150;
const mostNotes = 4;
const shade = "#00000099";
const noteColor = "#16181a";

type Shape = Pick<DetectedObject, "box" | "points" | "closed">;
type Outlined = Shape & { color: string };
interface Caption {
  text: string;
  color: string;
  x: number;
  y: number;
  score: number;
}

export function layerOf(seen: readonly Detections[], picture: Size): Layer {
  const layer = new Layer(picture);
  // A point of a letter, and the breadth of a line: of 640 pixels across two, of 1920 three.
  const unit = Math.max(1, Math.round(1 + picture.width / 1000));
  const shapes: Outlined[] = [];
  const captions: Caption[] = [];
  for (const { objects, size } of seen) {
    const [across, down] = size ? [picture.width / size[0], picture.height / size[1]] : [1, 1];
    for (const object of objects) {
      if (shapes.length >= mostObjects) break;
      const shape = scaled(object, across, down);
      const color = object.color ?? colorOfLabel(object.label);
      shapes.push({ ...shape, color });
      const [x, y] = shape.box ?? [Math.min(...(shape.points ?? []).map(([x]) => x)), Math.min(...(shape.points ?? []).map(([, y]) => y))];
      const text = captionOf(object);
      if (text !== "") captions.push({ text, color, x, y, score: object.score ?? 1 });
    }
  }
  for (const shape of shapes) trace(layer, shape, unit + 2, shade);
  for (const shape of shapes) trace(layer, shape, unit, shape.color);
  captions.sort((a, b) => b.score - a.score);
  for (const { text, color, x, y } of captions.slice(0, mostCaptions)) write(layer, text, color, x, y, unit);
  for (const [i, text] of seen
    .flatMap(({ text }) => text ?? [])
    .slice(0, mostNotes)
    .entries())
    write(layer, text, noteColor, 4 * unit, (4 + 12 * (i + 1)) * unit, unit);
  return layer;
}

function scaled({ box, points, closed }: Shape, across: number, down: number): Shape {
  const pixel = (value: number) => Math.round(Math.max(-furthest, Math.min(furthest, value)));
  const [x, y] = [(value: number) => pixel(value * across), (value: number) => pixel(value * down)];
  return {
    box: box && [x(box[0]), y(box[1]), x(box[0] + box[2]) - x(box[0]), y(box[1] + box[3]) - y(box[1])],
    points: points?.map(([px, py]) => [x(px), y(py)] as const) ?? null,
    closed,
  };
}

function trace(layer: Layer, { box, points, closed }: Shape, thick: number, color: string): void {
  if (box) layer.frame(...box, thick, color);
  const way = points ? [...points, ...(closed ? points.slice(0, 1) : [])] : [];
  for (let at = 1; at < way.length; at++) layer.line(way[at - 1] as [number, number], way[at] as [number, number], thick, color);
}

/** Above a place, and where there is no room, in it: on a ground of its colour, within the picture. */
function write(layer: Layer, text: string, color: string, left: number, bottom: number, unit: number): void {
  const room = textSize(text, unit);
  const [width, height] = [room.width + 4 * unit, room.height + 4 * unit];
  const x = Math.max(0, Math.min(layer.width - width, left));
  const y = bottom - height < 0 ? Math.max(0, bottom) : Math.min(layer.height - height, bottom - height);
  layer.fill(x, y, width, height, color);
  layer.write(text, x + 2 * unit, y + 2 * unit, unit, inkOn(color) === "#000" ? "#000000" : "#ffffff");
}
