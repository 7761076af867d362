/** Recognises by its shape what a value says of a picture, in kt's own form or in that of others. Pure. */
import { isSoonParsed, parseJson } from "../lenient-json.ts";
import { boxOf, type DetectedObject, type Detections, detections, isObject, type Json, object, pixelSize, pointsOf } from "./detections.ts";
import { readPipeline } from "./pipelines.ts";
import { readLists } from "./yolo.ts";

/** Of a larger value nothing is read: two thousand objects with outlines have fewer bytes. */
export const mostDetectionBytes = 4 << 20;
/** What has more numbers than such objects is something else. */
const mostValues = 200_000;

/** undefined where the value is no detections; it stays data like any other. */
export function readDetections(value: Uint8Array): Detections | undefined {
  if (value.length > mostDetectionBytes || !mayBe(value)) return undefined;
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  if (!isSoonParsed(text, mostValues)) return undefined;
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    return undefined;
  }
  return readPipeline(json) ?? readOwn(json) ?? readLists(json);
}

/** It begins as an object or a list does: most of what is in topics is not parsed for that. */
function mayBe(value: Uint8Array): boolean {
  for (const byte of value.subarray(0, 64)) {
    if (byte === 0x7b || byte === 0x5b) return true;
    // White space, and a byte order mark.
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return false;
  }
  return false;
}

/** {"size":[1280,720],"objects":[{"label":"car","score":0.91,"box":[x,y,w,h],"points":[[x,y],…],"id":7}],"text":"…"} */
function readOwn(json: unknown): Detections | undefined {
  if (!isObject(json) || !Array.isArray(json.objects)) return undefined;
  const { objects } = json;
  const size = Array.isArray(json.size) ? pixelSize(json.size[0], json.size[1]) : undefined;
  const found = detections(objects, readObject, { size, text: json.text });
  // Other things have objects, too. A picture in which nothing was seen is a detection as well.
  return found.objects.length > 0 || objects.length === 0 || (size && objects.every(isOwn)) ? found : undefined;
}

const isOwn = (item: unknown) => isObject(item) && ("box" in item || "points" in item);

function readObject(item: unknown): DetectedObject | undefined {
  if (!isObject(item) || !(Array.isArray(item.box) || Array.isArray(item.points))) return undefined;
  const { label, score, id, color, text, open } = item as Json;
  const [x, y, width, height] = Array.isArray(item.box) ? item.box : [];
  return object({ label, score, id, color, text, open: open === true, box: boxOf(x, y, width, height), points: pointsOf(item.points) });
}
