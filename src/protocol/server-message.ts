/** What the server says to the page over /ws: JSON texts, and one binary message for each frame (frame-head.ts). */
import type { Encoding, RecordEnvelope } from "../format/json.ts";
import type { ChartPoint, ChartPoints } from "../hub/data/chart-points.ts";
import type { Detected } from "../hub/detections/detected.ts";
import type { EventAnswer } from "../hub/detections/events.ts";
import type { SeenEvent } from "../hub/detections/sightings.ts";
import type { RunSpan } from "../hub/log/extent.ts";
import type { ExtentEnd, Gap, PiecePlace } from "../hub/log/gap.ts";
import type { StreamSummary, TopicKind, TopicSummary } from "../hub/topics/summary.ts";
import type { Spot } from "./client-message.ts";
import type { frameTypes } from "./frame-head.ts";
import type { PackedDetected } from "./packed-detections.ts";

export type {
  ChartPoint,
  ChartPoints,
  Detected,
  Encoding,
  EventAnswer,
  ExtentEnd,
  Gap,
  PiecePlace,
  RecordEnvelope,
  RunSpan,
  SeenEvent,
  StreamSummary,
  TopicKind,
  TopicSummary,
};

/** A value larger than a panel shows is cut short; valueBytes is what the record has. */
export type PanelRecord = RecordEnvelope & { valueBytes: number };

export type ServerMessage =
  /** All topics where it begins, at the start; then those that changed, and the names of those that are gone. */
  | { type: "topics"; begins: boolean; topics: TopicSummary[]; gone: string[] }
  /** Whether the broker answers; the page keeps what it shows while it does not. Waiting, it never has since kt was started. */
  | { type: "broker"; up: boolean; brokers: string; message: string; waiting: boolean }
  /** The pictures of a piece; where there are any, a binary message with their data follows at once. */
  | ({ type: "piece"; request: number; frames: PieceFrame[]; first: boolean; last: boolean } & PiecePlace)
  | ({ type: "extent"; request: number; stretches: RunSpan[] } & ExtentEnd)
  /** null where the group has none in that stream, or is at its end. */
  | { type: "place"; request: number; timeMs: number | null }
  /** What was seen in the pictures that were asked for, in no order. */
  | { type: "detections"; request: number; detected: PackedDetected[] }
  /** From when to when which labels were seen, in order. */
  | ({ type: "events"; request: number } & EventAnswer)
  /** null where it said nothing. */
  | { type: "said"; request: number; record: PanelRecord | null }
  /** A request that failed. */
  | { type: "failed"; request: number; message: string }
  /** Why nothing can be shown in a tile or a panel, "" where it can again: no two of them have the same number. */
  | { type: "trouble"; of: number; message: string }
  /**
   * Newest last. What begins takes the place of what was shown, as after a reconnect. `skipped` counts what was
   * left out since the last message: records that came too fast. A chart begins with `chart` and no records. Where
   * a search begins, `looked` counts the last records that were looked through, and `all` says that there are no others.
   */
  | {
      type: "records";
      panel: number;
      begins: boolean;
      records: PanelRecord[];
      skipped: number;
      looked?: number | undefined;
      all?: boolean | undefined;
      chart?: ChartPoints | undefined;
    }
  /** What was seen in a live stream since the last message, oldest first, and which topics say so. */
  | { type: "boxes"; panel: number; overlays: string[]; detected: PackedDetected[] }
  /** Rows that changed; one without a value is gone. `missing` says why a key may not be there. */
  | { type: "rows"; panel: number; begins: boolean; records: PanelRecord[]; missing: MissingRows };

export interface MissingRows {
  /** Keys that were left out, because there are too many. */
  forgotten: number;
  /** Records too old to have been read when the table was made. */
  unread: number;
}

export interface PieceFrame extends Spot {
  type: (typeof frameTypes)[number];
  /** It needs no other frame. */
  key: boolean;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** Its number in the run; null where the producer gave none. */
  sequence: number | null;
  /** Of its data, which stand one after the other in the binary message. */
  bytes: number;
}
