/**
 * What the page and the server say to each other over /ws: JSON texts both ways, and one binary
 * message for each frame. The page imports this file and nothing else of the server.
 */
import type { Encoding, RecordEnvelope } from "../format/json.ts";
import type { Stretch } from "../hub/extent.ts";
import type { PieceAt, Spot } from "../hub/recorded.ts";
import type { StreamSummary, TopicKind, TopicSummary } from "../hub/summary.ts";

export type { Encoding, PieceAt, RecordEnvelope, Spot, StreamSummary, Stretch, TopicKind, TopicSummary };

export type ClientMessage =
  /**
   * Show a stream: frames come with this tile's number, so many at most that are not answered yet as the
   * server sees fit. Where the browser cannot decode H.264, it is sent as JPEG.
   */
  | { type: "watch"; tile: number; topic: string; key: string; h264: boolean }
  | { type: "unwatch"; tile: number }
  /** A frame of the tile is on the screen, or was thrown away: the next may come. */
  | { type: "painted"; tile: number }
  /** Some pictures of a stream out of the log; see PieceRequest. */
  | ({ type: "piece" } & PieceRequest)
  /** Which times the log holds of a stream. */
  | { type: "extent"; request: number; topic: string; key: string }
  /** Where a named group is in a stream. */
  | { type: "place"; request: number; group: string; topic: string; key: string }
  /** The group has seen the pictures up to this one. */
  | { type: "seen"; group: string; topic: string; key: string; spot: Spot }
  | PanelMessage
  | { type: "untail"; panel: number };

/** What a panel shows of a topic. Each kind begins with what the topic holds, and goes on with what comes. */
export type PanelMessage =
  /** The last records, or the last of those in whose key or value the texts are found, whatever their case. */
  | { type: "tail"; panel: number; topic: string; filter: RecordFilter | null }
  /** The latest record of each key; with `by`, of each value of the field at that path. */
  | { type: "table"; panel: number; topic: string; by: string[] | null }
  /** Records that are spread evenly over all that the topic holds since a time, ms since 1970. */
  | { type: "chart"; panel: number; topic: string; sinceMs: number | null };

/** A filter looks so far back. */
export const searchedRecords = 50_000;

export interface RecordFilter {
  /** "" finds every key, or every record. */
  key: string;
  /** Found in the key or in the value. */
  text: string;
}

/** A value larger than a panel shows is cut short; valueBytes is what the record has. */
export type PanelRecord = RecordEnvelope & { valueBytes: number };

export type ServerMessage =
  /** All topics; sent at the start and whenever something changed. */
  | { type: "topics"; topics: TopicSummary[] }
  /** Whether the broker answers; the page keeps what it shows while it does not. */
  | { type: "broker"; up: boolean; brokers: string; message: string }
  /** The pictures of a piece; where there are any, a binary message with their data follows at once. */
  | { type: "piece"; request: number; frames: PieceFrame[]; first: boolean; last: boolean }
  | { type: "extent"; request: number; stretches: Stretch[] }
  /** null where the group has none in that stream, or is at its end. */
  | { type: "place"; request: number; timeMs: number | null }
  /** A request that failed. */
  | { type: "failed"; request: number; message: string }
  /** Why nothing can be shown of a stream. */
  | { type: "trouble"; tile: number; message: string }
  /**
   * Newest last. What begins takes the place of what was shown, as after a reconnect. `skipped` counts what was
   * left out since the last message: records that came too fast; when a chart begins, those between the chosen.
   */
  | { type: "records"; panel: number; begins: boolean; records: PanelRecord[]; skipped: number }
  /** Rows that changed; one without a value is gone. `missing` says why a key may not be there. */
  | { type: "rows"; panel: number; begins: boolean; records: PanelRecord[]; missing: MissingRows };

export interface MissingRows {
  /** Keys that were left out, because there are too many. */
  forgotten: number;
  /** Records too old to have been read when the table was made. */
  unread: number;
}

export interface PieceRequest {
  request: number;
  topic: string;
  key: string;
  /** False where H.264 has to come as JPEG. */
  h264: boolean;
  at: PieceAt;
  /** Where it is not 0, only pictures that need no other, at least so far apart. */
  spacingMs: number;
}

export interface PieceFrame extends Spot {
  type: (typeof frameTypes)[number];
  /** It needs no other frame. */
  key: boolean;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** Of its data, which stand one after the other in the binary message. */
  bytes: number;
}

/** In front of each frame: tile u32, type u8, flags u8, dropped u16, timestamp f64, offset f64, partition u32, reorder u32; little-endian. */
export const frameHeaderBytes = 32;
export const frameTypes = ["image/jpeg", "image/png", "video/h264"] as const;
export const frameFlags = {
  /** It needs no other frame. */
  key: 1,
  /** The stream was interrupted before it. */
  discontinuity: 2,
  /** The source ended well; the message has no picture. */
  end: 4,
  /** Newer frames are there already: this one is only on the way to them. */
  behind: 8,
} as const;

export interface FrameHead {
  tile: number;
  type: (typeof frameTypes)[number];
  flags: number;
  /** Frames left out since the last one sent, because this viewer was not ready. */
  dropped: number;
  /** When it was captured, ms since 1970. */
  timestampMs: number;
  offset: number;
  partition: number;
  /** How long before it is shown it is decoded, microseconds: 0 but for H.264 with B-frames. */
  reorderUs: number;
}

export function writeFrameHead(view: DataView, head: FrameHead): void {
  view.setUint32(0, head.tile, true);
  view.setUint8(4, frameTypes.indexOf(head.type));
  view.setUint8(5, head.flags);
  view.setUint16(6, Math.min(head.dropped, 0xffff), true);
  view.setFloat64(8, head.timestampMs, true);
  view.setFloat64(16, head.offset, true);
  view.setUint32(24, head.partition, true);
  view.setUint32(28, head.reorderUs, true);
}

export function readFrameHead(view: DataView): FrameHead {
  return {
    tile: view.getUint32(0, true),
    type: frameTypes[view.getUint8(4)] ?? "image/jpeg",
    flags: view.getUint8(5),
    dropped: view.getUint16(6, true),
    timestampMs: view.getFloat64(8, true),
    offset: view.getFloat64(16, true),
    partition: view.getUint32(24, true),
    reorderUs: view.getUint32(28, true),
  };
}
