/** What is known of a topic without reading it. */
import type { DetectionTopic } from "../../format/detections/draws-over.ts";

export type TopicKind = "video" | "image" | "json" | "text" | "binary" | "empty";

/** One camera or file within a topic; its records share a key. */
export interface StreamSummary {
  /** The records' key as text; "" where they have none, and where each picture has one of its own. */
  key: string;
  /** Of its pictures; "" while only the record was seen that says that its source ended. */
  contentType: string;
  width: number | null;
  height: number | null;
  /** Where its records were seen: one, unless its records have no key. */
  partitions: number[];
  /** Its newest record, as far as was seen: of a stream that is silent its last, while it moves on a little old. */
  last: { partition: number; offset: number; timestampMs: number };
}

export interface TopicSummary {
  name: string;
  kind: TopicKind;
  partitions: number;
  /** Partitions that no broker leads: what they hold cannot be read, and counts as it was seen last. */
  leaderless: number;
  records: number;
  /** Records a second over the last seconds. */
  ratePerSecond: number;
  /** Time of the newest record, ms since 1970; null while there is none. */
  lastTimestampMs: number | null;
  streams: StreamSummary[];
  /** Its newest records have keys. */
  keyed: boolean;
  /** Of which streams it says what was seen in their pictures, where it does. */
  detections?: DetectionTopic | undefined;
  /** It may be written to here, by who has the token for it. */
  takes?: boolean;
  /** Why its newest records, or some of them, cannot be looked at, and what to do; null where they can. */
  trouble: string | null;
}
