/** Who says what is seen in a stream. */
import { overlaysOf, takesKeyless } from "../../format/detections/draws-over.ts";
import type { Catalogue } from "../topics/catalogue.ts";
import type { DetectionRequest } from "./detection-log.ts";

/** A question for each of the topics that draw over a stream. */
export function requestsFor({ catalogue }: { catalogue: Catalogue }, stream: { topic: string; key: string }): DetectionRequest[] {
  return overlaysOf(catalogue.topics, stream).map((topic) => {
    const its = catalogue.topic(topic)?.detections;
    return { topic, key: stream.key, keyless: its !== undefined && takesKeyless(its, stream) };
  });
}
