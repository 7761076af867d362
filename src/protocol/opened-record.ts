/** One record as the page opens it: GET /topics/T/records/PARTITION/OFFSET?as=json. */
import type { PanelRecord } from "./server-message.ts";

/** A key or a value by its schema, as JSON; or why it could not be read by it. */
export type BySchema = { format: "avro" | "json" | "protobuf"; id: string; json: string } | { trouble: string };

export interface OpenedRecord extends PanelRecord {
  keyBytes: number;
  /** The picture that the value is, or has inside of it as base64; null where there is none. */
  picture: { type: "image/jpeg" | "image/png" | "video/h264"; inside: boolean } | null;
  /** What the value's first bytes say that it is packed as, such as gzip. */
  packed: string | null;
  /** Where kt serve knows a Schema Registry, and the record names a schema. */
  schema: { key: BySchema | null; value: BySchema | null };
}
