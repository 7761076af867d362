/** What a topic of data said of a stream at a time: the last record before it. */
import type { DetectionLog } from "../../hub/detections/detection-log.ts";
import type { ChunkedLog } from "../../hub/log/chunks.ts";
import type { RequestMessage } from "../../protocol/client-message.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { streamName } from "../../video/frame.ts";
import { toPanelRecord } from "./panel-record.ts";

/** It is looked for further and further back. */
const windowsMs = [5000, 60_000, 600_000, 6 * 3_600_000];

interface ThenHub {
  archive: ChunkedLog;
  detections: { log: DetectionLog };
}

/** Of records without a key, any; null where there is none in six hours. @throws KtError where the log cannot be read */
export async function recordThen(
  { archive, detections }: ThenHub,
  { topic, key, timeMs }: Extract<RequestMessage, { type: "said" }>,
): Promise<PanelRecord | null> {
  for (const windowMs of windowsMs) {
    let last: PanelRecord | undefined;
    for await (const record of detections.log.between(archive, topic, timeMs - windowMs, timeMs)) {
      if (record.key !== null && streamName(record.key) !== key) continue;
      if (record.timestampMs >= (last?.timestamp ?? Number.NEGATIVE_INFINITY)) last = toPanelRecord(record);
    }
    if (last) return last;
  }
  return null;
}
