/** What was seen, as it goes to the page: objects without the names of their parts, which are most of a message of a thousand. Pure. */
import type { DetectedObject } from "../format/detections/detections.ts";
import type { Detected } from "../hub/detections/detected.ts";

/** What is null or false at its end is left out. */
type PackedObject = [
  label: string,
  score: DetectedObject["score"],
  box: DetectedObject["box"],
  id?: DetectedObject["id"],
  color?: DetectedObject["color"],
  text?: DetectedObject["text"],
  points?: DetectedObject["points"],
  closed?: boolean,
];

export interface PackedDetected extends Omit<Detected, "objects"> {
  objects: PackedObject[];
}

export function packed({ objects, ...detected }: Detected): PackedDetected {
  return { ...detected, objects: objects.map(packedObject) };
}

export function unpacked({ objects, ...detected }: PackedDetected): Detected {
  return { ...detected, objects: objects.map(unpackedObject) };
}

function packedObject({ label, score, box, id, color, text, points, closed }: DetectedObject): PackedObject {
  if (points) return [label, score, box, id, color, text, points, closed];
  if (text !== null) return [label, score, box, id, color, text];
  if (color !== null) return [label, score, box, id, color];
  return id === null ? [label, score, box] : [label, score, box, id];
}

function unpackedObject([label, score, box, id = null, color = null, text = null, points = null, closed = false]: PackedObject): DetectedObject {
  return { label, score, box, points, closed, id, color, text };
}
