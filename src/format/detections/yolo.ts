/** The plain lists that users of YOLO and its like print: rows of numbers, objects, or columns. Pure. */
import { around, boxOf, corners, type DetectedObject, type Detections, detections, isObject, type Json, object, pixelSize, pointsOf } from "./detections.ts";

/** What a list stands under where it is not all of the value. */
const wrappers = ["detections", "predictions", "boxes", "results", "objects", "data"];

export function readLists(json: unknown): Detections | undefined {
  if (Array.isArray(json)) return readItems(json, {});
  if (!isObject(json)) return undefined;
  const columns = readColumns(json);
  if (columns) return columns;
  for (const name of wrappers) {
    const list = json[name];
    const found = Array.isArray(list) ? readItems(list, json) : undefined;
    if (found) return found;
  }
  // One object is a list of one.
  return isObject(json.box) || Array.isArray(json.xyxy) || Array.isArray(json.xywh) || Array.isArray(json.bbox) ? readItems([json], json) : undefined;
}

function readItems(items: unknown[], about: Json): Detections | undefined {
  if (items.length === 0) return detections(items, () => undefined, { size: sizeIn(about) });
  const size = sizeIn(about);
  if (items.every(Array.isArray)) {
    const rows = items as unknown[][];
    return rows.every(isRow) ? detections(rows, readRow, { size }) : undefined;
  }
  if (!items.every(isObject)) return undefined;
  const isPart = (items as Json[]).some((item) => Array.isArray(item.xyxyn) || Array.isArray(item.xywhn));
  const found = detections(items as Json[], readObject, { size: isPart ? [1, 1] : size });
  return found.objects.length > 0 ? found : undefined;
}

/** What the coordinates are of, where it is said: [1280, 720], {"width":1280,"height":720}, or Ultralytics' orig_shape, height first. */
function sizeIn(json: Json): Detections["size"] | undefined {
  const { size, image, orig_shape: shape, width, height } = json;
  if (Array.isArray(size)) return pixelSize(size[0], size[1]);
  if (isObject(image)) return pixelSize(image.width, image.height);
  return Array.isArray(shape) ? pixelSize(shape[1], shape[0]) : pixelSize(width, height);
}

/** x1, y1, x2, y2, confidence, class; with a track, Ultralytics has its number in front of the confidence. */
function isRow(row: unknown[]): boolean {
  if (row.length < 6 || row.length > 7) return false;
  const [x1, y1, x2, y2] = row.slice(0, 4) as number[];
  const confidence = row.at(-2);
  const isPlace = row.slice(0, 4).every((number) => typeof number === "number") && (x2 as number) >= (x1 as number) && (y2 as number) >= (y1 as number);
  return isPlace && typeof confidence === "number" && confidence >= 0 && confidence <= 1;
}

function readRow(row: unknown[]): DetectedObject | undefined {
  const [x1, y1, x2, y2] = row;
  const label = row.at(-1);
  return object({ box: corners(x1, y1, x2, y2), score: row.at(-2), label, id: row.length === 7 ? row[4] : undefined });
}

/** Of Ultralytics' tojson(), of pandas, of Roboflow, of COCO, and of what people write by hand. */
function readObject(item: Json): DetectedObject | undefined {
  const { segments } = item;
  const outline = isObject(segments) && Array.isArray(segments.x) && Array.isArray(segments.y) ? paired(segments.x, segments.y) : (item.points ?? item.polygon);
  const corner = turned(item);
  return object({
    label: item.name ?? item.label ?? item.class_name ?? item.class ?? item.cls ?? item.category ?? item.category_id ?? item.class_id ?? item.type,
    score: item.confidence ?? item.conf ?? item.score ?? item.probability,
    id: item.track_id ?? item.tracker_id ?? item.id,
    color: item.color,
    text: item.text,
    box: corner ? null : boxIn(item),
    points: pointsOf(corner ?? listed(outline)),
  });
}

function boxIn(item: Json): DetectedObject["box"] {
  const own = item.box ?? item.bbox ?? item.bounding_box ?? item.boundingBox;
  if (isObject(own)) return cornersIn(own) ?? boxOf(own.x ?? own.left, own.y ?? own.top, own.w ?? own.width, own.h ?? own.height);
  const of = (list: unknown, read: typeof corners) => (Array.isArray(list) ? read(list[0], list[1], list[2], list[3]) : null);
  return (
    of(item.xyxy ?? item.xyxyn, corners) ??
    of(item.xywh ?? item.xywhn, around) ??
    of(own, boxOf) ??
    cornersIn(item) ??
    (item.width === undefined ? boxOf(item.x, item.y, item.w, item.h) : around(item.x, item.y, item.width, item.height))
  );
}

/** By the names that NVIDIA's nvschema, pandas, supervision and others have for them. */
const cornersIn = (of: Json) =>
  corners(
    of.x1 ?? of.xmin ?? of.x_min ?? of.leftX,
    of.y1 ?? of.ymin ?? of.y_min ?? of.topY,
    of.x2 ?? of.xmax ?? of.x_max ?? of.rightX,
    of.y2 ?? of.ymax ?? of.y_max ?? of.bottomY,
  ) ?? corners(of.left, of.top, of.right, of.bottom);

/** A box that is turned, as Ultralytics has its four corners. */
function turned({ box }: Json): unknown {
  if (!isObject(box) || box.x4 === undefined) return undefined;
  return [1, 2, 3, 4].map((corner) => [box[`x${corner}`], box[`y${corner}`]]);
}

/** {"x":…,"y":…} for each, as Roboflow has its outlines. */
const listed = (points: unknown) =>
  Array.isArray(points) && points.every(isObject)
    ? paired(
        points.map(({ x }) => x),
        points.map(({ y }) => y),
      )
    : points;

const paired = (x: unknown[], y: unknown[]) => x.slice(0, 4096).map((one, i) => [one, y[i]]);

/** {"xyxy":[[…],…],"conf":[…],"cls":[…]}, as torchvision and supervision have it too: a list for each property. */
function readColumns(json: Json): Detections | undefined {
  const name = ["xyxy", "xyxyn", "xywh", "xywhn", "boxes"].find((column) => Array.isArray(json[column]) && (json[column] as unknown[]).every(Array.isArray));
  const boxes = name === undefined ? [] : (json[name] as unknown[][]);
  if (name === undefined || boxes.length === 0 || boxes.some(({ length }) => length !== 4)) return undefined;
  const column = (...names: string[]) => names.map((one) => json[one]).find(Array.isArray) ?? [];
  const scores = column("confidence", "conf", "scores");
  const labels = column("names", "labels", "class_name", "class_id", "classes", "cls");
  const ids = column("tracker_id", "track_id", "id", "ids");
  // Four numbers alone may be anything.
  if (scores.length !== boxes.length && labels.length !== boxes.length) return undefined;
  const read = name.startsWith("xywh") ? around : corners;
  const rows = boxes.map(([a, b, c, d], i) => ({ box: read(a, b, c, d), score: scores[i], label: labels[i], id: ids[i] }));
  return detections(rows, object, { size: name.endsWith("n") ? [1, 1] : sizeIn(json) });
}
