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
  const score = last !== undefined && /^\d*\.?\d+$/.test(last) ? scoreOf(last) : null;
  if (score !== null) attributes.pop();
  return object({ id, label, score, box: corners(left, top, right, bottom), text: attributes.join(" ") });
}

/** DeepStream, PAYLOAD_DEEPSTREAM: a message an object, with its class as the name of what describes it. */
function readFull(json: Json): Detections | undefined {
  const { object: one } = json;
  if (!isObject(one) || !isObject(one.bbox)) return undefined;
  const { topleftx, toplefty, bottomrightx, bottomrighty } = one.bbox;
  const described = Object.entries(one).find(([name, value]) => isObject(value) && !notClasses.has(name));
  const [label, about] = described ?? ["", {}];
  const { confidence, type } = about as Json;
  const outline = isObject(one.maskoutline) ? undefined : one.maskoutline;
  const read = () =>
    object({ label, score: confidence, id: one.id, text: type, box: corners(topleftx, toplefty, bottomrightx, bottomrighty), points: pointsOf(outline) });
  const found = detections([one], read, { partial: true, timeMs: timeOf(json["@timestamp"]) });
  return found.objects.length > 0 ? found : undefined;
}

const notClasses = new Set(["bbox", "location", "coordinate", "pose", "embedding", "maskoutline", "bbox3d"]);

/** DL Streamer: {"objects":[{"detection":{"bounding_box":{x_min…},"confidence","label"},"x","y","w","h","id"}],"resolution":{…}} */
function readDlStreamer(json: Json): Detections | undefined {
  const { objects, resolution } = json;
  if (!Array.isArray(objects) || !isObject(resolution)) return undefined;
  const size = pixelSize(resolution.width, resolution.height);
  if (!size || !objects.every(isObject)) return undefined;
  return detections(objects as Json[], (item) => readRegion(item, size), { size });
}

function readRegion(item: Json, [width, height]: readonly [number, number]): DetectedObject | undefined {
  const detection = isObject(item.detection) ? item.detection : {};
  const part = isObject(detection.bounding_box) ? detection.bounding_box : {};
  const scaled = corners(part.x_min, part.y_min, part.x_max, part.y_max);
  const box = boxOf(item.x, item.y, item.w, item.h) ?? (scaled && ([scaled[0] * width, scaled[1] * height, scaled[2] * width, scaled[3] * height] as const));
  // What classifies an object stands beside its detection: {"gender":{"label":"male",…}}.
  const others = Object.entries(item).filter(([name, value]) => name !== "detection" && isObject(value) && typeof value.label === "string");
  return object({
    label: detection.label ?? item.roi_type,
    score: detection.confidence,
    id: item.id,
    box,
    text: others.map(([, value]) => (value as Json).label).join(" "),
  });
}
