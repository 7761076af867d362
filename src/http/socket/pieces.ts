/** What the page's players ask of the log, one request at a time each. */
import type { ServerWebSocket } from "bun";
import { KtError } from "../../errors.ts";
import { decodePictures } from "../../hub/decode/decoder.ts";
import type { Hub } from "../../hub/hub.ts";
import { findExtent } from "../../hub/log/extent.ts";
import { type Piece, type RecordedHub, RecordedStream } from "../../hub/log/recorded.ts";
import type { PieceRequest, RequestMessage, SeenMessage } from "../../protocol/client-message.ts";
import { frameFlags, frameHeaderBytes, writeFrameHead } from "../../protocol/frame-head.ts";
import type { ServerMessage } from "../../protocol/server-message.ts";
import { traffic } from "../traffic.ts";
import { detectedOf, eventsSeen } from "./boxes-panel.ts";
import type { PageWork } from "./page-work.ts";
import { recordThen } from "./said.ts";

type Send = (message: ServerMessage) => void;

/** Answers when it is this page's turn, or says why not. */
export async function answerRequest(socket: ServerWebSocket<unknown>, hub: Hub, message: RequestMessage, send: Send, work: PageWork): Promise<void> {
  const { request } = message;
  try {
    await work.answer(request, async (signal) => {
      const log: LogHub = { ...hub, archive: hub.archive.until(signal) };
      switch (message.type) {
        case "piece": {
          const piece = await pieceOf(log, message, signal);
          // A socket that is full would drop it without a word.
          return work.whenRoom(() => {
            signal.throwIfAborted();
            sendPiece(socket, message, piece, send);
          });
        }
        case "detections": {
          const detected = await detectedOf(log, message);
          return work.whenRoom(() => {
            signal.throwIfAborted();
            send({ type: "detections", request, detected });
          });
        }
        case "events":
          return send({ type: "events", request, ...(await eventsSeen(log, message)) });
        case "said":
          return send({ type: "said", request, record: await recordThen(log, message) });
        case "extent":
          return send({ type: "extent", request, ...(await findExtent(log, message.topic, message.key, await partitionsOf(hub, message))) });
        case "place":
          return send({ type: "place", request, timeMs: await placeOf(log, message) });
      }
    });
  } catch (error) {
    send({ type: "failed", request, message: KtError.from(error).sentence });
  }
}

/** The hub, and a log that ends for this page when it goes. */
type LogHub = Omit<Hub, "archive"> & RecordedHub;

/** Moves a named group to what follows a picture, as its viewer has seen that. Of what is not there, nothing is moved. */
export function moveGroup({ places, catalogue }: Hub, { group, topic, key, spot: { partition, offset } }: SeenMessage): void {
  if (partition < (catalogue.topic(topic)?.partitions ?? 0)) places.set(group, { topic, partition, offset: offset + 1 }, key);
}

async function partitionCount({ catalogue, admin }: LogHub, topic: string): Promise<number> {
  return catalogue.topic(topic)?.partitions ?? (await admin.topic(topic)).partitions.length;
}

async function partitionsOf({ catalogue, admin }: Pick<Hub, "catalogue" | "admin">, { topic, key }: { topic: string; key: string }): Promise<number[]> {
  const known = catalogue.topic(topic)?.streams.find((stream) => stream.key === key)?.partitions;
  return known ?? (await admin.topic(topic)).partitions.map(({ id }) => id);
}

async function pieceOf(hub: LogHub, { topic, key, h264, at, spacingMs }: PieceRequest, signal: AbortSignal): Promise<Piece> {
  const spot = "after" in at ? at.after : "before" in at ? at.before : undefined;
  // A partition that is not there would be waited for.
  if (spot && spot.partition >= (await partitionCount(hub, topic))) throw KtError.usage(`Topic '${topic}' has no partition ${spot.partition}.`);
  const stream = new RecordedStream(hub, topic, key, await partitionsOf(hub, { topic, key }));
  const piece = await stream.piece(at, spacingMs);
  if (h264 || !piece.pictures.some(({ type }) => type === "video/h264")) return piece;
  // Who cannot decode H.264 gets every picture by itself, and so has to be given what stands before them.
  const [begin] = piece.pictures;
  const lead = begin && !begin.keyFrame ? (await stream.piece({ before: begin })).pictures : [];
  return { ...piece, pictures: await decodePictures(hub.ffmpeg(), lead, piece.pictures, signal) };
}

async function placeOf(hub: LogHub, { group, topic, key }: { group: string; topic: string; key: string }): Promise<number | null> {
  await hub.groups.check(group);
  const partitions = await partitionsOf(hub, { topic, key });
  const places = await hub.places.get(
    group,
    partitions.map((partition) => ({ topic, partition })),
    key,
  );
  for (const { partition, offset } of places) {
    const stream = new RecordedStream(hub, topic, key, [partition]);
    const { pictures } = await stream.piece({ after: { partition, offset: offset - 1, timestampMs: 0 } });
    if (pictures[0]) return pictures[0].timestampMs;
  }
  return null;
}

function sendPiece(socket: ServerWebSocket<unknown>, { request }: PieceRequest, { pictures, first, last, timeMs, gap }: Piece, send: Send): void {
  const frames = pictures.map(({ partition, offset, timestampMs, type, keyFrame, run, sequence, data }) => {
    return { partition, offset, timestampMs, type, key: keyFrame, run, sequence, bytes: data.length };
  });
  send({ type: "piece", request, frames, first, last, timeMs, gap });
  const [begin] = frames;
  if (!begin) return;
  const message = new Uint8Array(frameHeaderBytes + frames.reduce((sum, { bytes }) => sum + bytes, 0));
  writeFrameHead(new DataView(message.buffer), { ...begin, tile: request, flags: begin.key ? frameFlags.key : 0, dropped: 0, reorderUs: 0, runHash: 0 });
  let at = frameHeaderBytes;
  for (const { data } of pictures) {
    message.set(data, at);
    at += data.length;
  }
  socket.sendBinary(message);
  traffic.sentTogether("page", frames.length, message.length);
}
