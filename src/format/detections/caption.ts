/** What is written beside an object: the same on the page and in pictures. Pure; the page has it too. */
import type { DetectedObject } from "./detections.ts";

export function captionOf({ label, score, id, text }: Pick<DetectedObject, "label" | "score" | "id" | "text">): string {
  return [label, id === null ? "" : `#${id}`, score === null ? "" : `${Math.round(score * 100)}%`, text ?? ""].filter(Boolean).join(" ");
}
