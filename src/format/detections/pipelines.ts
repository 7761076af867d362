/** What video pipelines write to Kafka: NVIDIA DeepStream's message converter, and Intel DL Streamer's gvametapublish. Pure. */
import {
  boxOf,
  corners,
  type DetectedObject,
  type Detections,
  detections,
  isObject,
  type Json,
  object,
  pixelSize,
  pointsOf,
  scoreOf,
  timeOf,
} from "./detections.ts";

export function readPipeline(json: unknown): Detections | undefined {
  if (!isObject(json)) return undefined;
  return readMinimal(json) ?? readFull(json) ?? readDlStreamer(json);
}

/** What DeepStream says where nothing tracks: the greatest number of 64 bits, or in older versions one less than none. */
const untracked = new Set(["18446744073709551615", "-1"]);
const trackOf = (id: unknown) => (untracked.has(String(id)) ? undefined : id);

/**
 * DeepStream, PAYLOAD_DEEPSTREAM_MINIMAL: a message a frame, whose objects are texts such as
 * "218|102.1|87.5|201.9|160.2|Vehicle|#|sedan|Bugatti|M|blue|CA 444|CA|0.8": track, left, top, right, bottom, class, and
 * then attributes, the last of which is the confidence where there is one.
 */
function readMinimal(json: Json): Detections | undefined {
  const { objects } = json;
  if (!Array.isArray(objects) || !("@timestamp" in json || "sensorId" in json)) return undefined;
  if (!objects.every((item) => typeof item === "string")) return undefined;
  const found = detections(objects as string[], readLine, { timeMs: timeOf(json["@timestamp"]) });
  return found.objects.length > 0 || objects.length === 0 ? found : undefined;
}

function readLine(text: string): DetectedObject | undefined {
  const [id, left, top, right, bottom, label, ...rest] = text.slice(0, 4096).split("|");
  const attributes = rest.filter((word) => word !== "#" && word !== "");
  const last = attributes.at(-1);
  // Of what was tracked only, and not detected, it is -0.1.
  const isScore = last !== undefined && /^-?\d*\.?\d+(e-?\d+)?$/.test(last) && Number(last) <= 1;
  if (isScore) attributes.pop();
  const score = isScore ? scoreOf(last) : null;
  return object({ id: trackOf(id), label, score, box: corners(left, top, right, bottom), text: attributes.join(" ") });
}

/** DeepStream, PAYLOAD_DEEPSTREAM: a message an object, with its class as the name of what describes it. */
function readFull(json: Json): Detections | undefined {
  const { object: one } = json;
  if (!isObject(one) || !isObject(one.bbox)) return undefined;
  const { topleftx, toplefty, bottomrightx, bottomrighty } = one.bbox;
  const described = Object.entries(one).find(([name, value]) => isObject(value) && !notClasses.has(name));
  const [label, about] = described ?? ["", {}];
  // {"type":"sedan","make":"Bugatti",…}, or what classifiers say, by their names.
  const { confidence, ...said } = about as Json;
  const text = Object.values(said)
    .filter((value) => typeof value === "string" && value !== "")
    .join(" ");
  const outline = isObject(one.maskoutline) ? undefined : one.maskoutline;
  const read = () =>
    object({ label, score: confidence, id: trackOf(one.id), text, box: corners(topleftx, toplefty, bottomrightx, bottomrighty), points: pointsOf(outline) });
  const found = detections([one], read, { partial: true, timeMs: timeOf(json["@timestamp"]) });
  return found.objects.length > 0 ? found : undefined;
}

const notClasses = new Set(["bbox", "location", "coordinate", "pose", "embedding", "maskoutline", "bbox3d"]);

/** DL Streamer: {"objects":[{"detection":{"bounding_box":{x_min…},"confidence","label"},"x","y","w","h","id"}],"resolution":{…}} */
function readDlStreamer(json: Json): Detections | undefined {
  const { objects, resolution, timestamp } = json;
  if (!isObject(resolution)) return undefined;
  const size = pixelSize(resolution.width, resolution.height);
  // With add-empty-results=true a picture in which nothing was seen has its time, and no objects.
  const items = objects === undefined && typeof timestamp === "number" ? [] : objects;
  if (!size || !Array.isArray(items) || !items.every(isObject)) return undefined;
  const [wholes, regions] = [items.filter((item) => isWhole(item, size)), items.filter((item) => !isWhole(item, size))];
  return detections(regions as Json[], (item) => readRegion(item, size), { size, text: wholes.map(classesOf).join(" ") });
}

/** What all of the picture was classified as: no object, and no box to draw. */
const isWhole = ({ detection, roi_type, x, y, w, h }: Json, [width, height]: readonly [number, number]) =>
  detection === undefined && roi_type === undefined && x === 0 && y === 0 && w === width && h === height;

/** What classifies an object stands beside its detection: {"gender":{"label":"male",…}}. */
function classesOf(item: Json): string {
  const others = Object.entries(item).filter(([name, value]) => name !== "detection" && isObject(value) && typeof value.label === "string");
  return others.map(([, value]) => (value as Json).label).join(" ");
}

function readRegion(item: Json, [width, height]: readonly [number, number]): DetectedObject | undefined {
  const detection = isObject(item.detection) ? item.detection : {};
  const part = isObject(detection.bounding_box) ? detection.bounding_box : {};
  const scaled = corners(part.x_min, part.y_min, part.x_max, part.y_max);
  const box = boxOf(item.x, item.y, item.w, item.h) ?? (scaled && ([scaled[0] * width, scaled[1] * height, scaled[2] * width, scaled[3] * height] as const));
  return object({
    label: detection.label ?? item.roi_type,
    score: detection.confidence,
    id: item.id,
    box,
    text: classesOf(item),
  });
}
