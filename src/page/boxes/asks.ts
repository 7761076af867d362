/** What the player asks the server for about detections and data; each takes a signal and throws as Connection.piece does. */
import type { NamedFrame } from "../../format/detections/frame-name.ts";
import { unpacked } from "../../protocol/packed-detections.ts";
import type { Detected, EventAnswer, PanelRecord } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";

interface StreamName {
  topic: string;
  key: string;
}

export interface EventSpan {
  fromMs: number;
  toMs: number;
}

/** What was seen in pictures that are near each other in time. */
export async function seenIn(connection: Connection, { topic, key }: StreamName, frames: NamedFrame[], signal: AbortSignal): Promise<Detected[]> {
  return (await connection.answer("detections", { topic, key, frames }, signal)).detected.map(unpacked);
}

/** When which labels were seen. @param span null for all that the log holds */
export async function eventsOf(connection: Connection, { topic, key }: StreamName, span: EventSpan | null, signal: AbortSignal): Promise<EventAnswer> {
  return connection.answer("events", { topic, key, span }, signal);
}

/** What a topic of data said of a stream at a time; null where that is nothing. */
export async function saidAt(connection: Connection, { topic, key }: StreamName, timeMs: number, signal: AbortSignal): Promise<PanelRecord | null> {
  return (await connection.answer("said", { topic, key, timeMs }, signal)).record;
}
