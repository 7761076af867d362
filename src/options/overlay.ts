/** Which topic of detections is drawn over which topic of pictures. */
import { KtError } from "../errors.ts";
import { checkTopicName } from "../record.ts";

export interface Overlay {
  detections: string;
  video: string;
}

/** @throws KtError usage */
export function overlay(given: string, label: string): Overlay {
  const [detections = "", video, ...more] = given.split("=");
  if (video === undefined || more.length > 0)
    throw KtError.usage(`${label} takes a topic of detections and the topic that it is drawn over, detections=video, not '${given}'.`);
  for (const name of [detections, video]) checkTopicName(name);
  if (detections === video) throw KtError.usage(`${label} ${given}: a topic is not drawn over itself.`);
  return { detections, video };
}
