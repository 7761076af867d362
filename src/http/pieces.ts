/** What the page's players ask of the log, one request at a time each. */
import type { ServerWebSocket } from "bun";
import { KtError } from "../errors.ts";
import { decodePictures } from "../hub/decoder.ts";
import { findExtent } from "../hub/extent.ts";
import type { Hub } from "../hub/hub.ts";
import { type Piece, RecordedStream } from "../hub/recorded.ts";
import { type ClientMessage, frameFlags, frameHeaderBytes, type PieceRequest, type ServerMessage, writeFrameHead } from "./protocol.ts";

type Send = (message: ServerMessage) => void;
type Asked = Extract<ClientMessage, { request: number }>;

/** Answers, or says why not. */
export async function answerRequest(socket: ServerWebSocket<unknown>, hub: Hub, message: Asked, send: Send): Promise<void> {
  const { request } = message;
  try {
    switch (message.type) {
      case "piece":
        return sendPiece(socket, message, await pieceOf(hub, message), send);
      case "extent":
        return send({ type: "extent", request, stretches: await findExtent(hub, message.topic, message.key, (await partitionsOf(hub, message))[0] ?? 0) });
      case "place":
        return send({ type: "place", request, timeMs: await placeOf(hub, message) });
    }
  } catch (error) {
    send({ type: "failed", request, message: KtError.from(error).sentence });
  }
}

/** Moves a named group to what follows a picture, as its viewer has seen that; what is no place of the stream moves nothing. */
export function moveGroup(hub: Hub, message: Extract<ClientMessage, { type: "seen" }>): void {
  const { group, topic, spot } = message;
  const { partition, offset } = spot;
  partitionsOf(hub, message).then(
    (partitions) => partitions.includes(partition) && hub.places.set(group, { topic, partition, offset: offset + 1 }),
    () => {}, // of a topic that is not there
  );
}

async function partitionsOf({ catalogue, admin }: Hub, { topic, key }: { topic: string; key: string }): Promise<number[]> {
  const known = catalogue.topics.find(({ name }) => name === topic)?.streams.find((stream) => stream.key === key)?.partitions;
  return known ?? (await admin.topic(topic)).partitions.map(({ id }) => id);
}

async function pieceOf(hub: Hub, { topic, key, h264, at, spacingMs }: PieceRequest): Promise<Piece> {
  const stream = new RecordedStream(hub, topic, key, await partitionsOf(hub, { topic, key }));
  const piece = await stream.piece(at, spacingMs);
  if (h264 || !piece.pictures.some(({ type }) => type === "video/h264")) return piece;
  // Who cannot decode H.264 gets every picture by itself, and so has to be given what stands before them.
  const [begin] = piece.pictures;
  const lead = begin && !begin.keyFrame ? (await stream.piece({ before: begin })).pictures : [];
  return { ...piece, pictures: await decodePictures(hub.ffmpeg(), lead, piece.pictures) };
}

async function placeOf(hub: Hub, { group, topic, key }: { group: string; topic: string; key: string }): Promise<number | null> {
  await hub.places.check(group);
  const partitions = await partitionsOf(hub, { topic, key });
  const places = await hub.places.get(
    group,
    partitions.map((partition) => ({ topic, partition })),
  );
  for (const { partition, offset } of places) {
    const stream = new RecordedStream(hub, topic, key, [partition]);
    const { pictures } = await stream.piece({ after: { partition, offset: offset - 1, timestampMs: 0 } });
    if (pictures[0]) return pictures[0].timestampMs;
  }
  return null;
}

function sendPiece(socket: ServerWebSocket<unknown>, { request }: PieceRequest, { pictures, first, last }: Piece, send: Send): void {
  const frames = pictures.map(({ partition, offset, timestampMs, type, keyFrame, run, data }) => {
    return { partition, offset, timestampMs, type, key: keyFrame, run, bytes: data.length };
  });
  send({ type: "piece", request, frames, first, last });
  const [begin] = frames;
  if (!begin) return;
  const message = new Uint8Array(frameHeaderBytes + frames.reduce((sum, { bytes }) => sum + bytes, 0));
  writeFrameHead(new DataView(message.buffer), { ...begin, tile: request, flags: begin.key ? frameFlags.key : 0, dropped: 0, reorderUs: 0 });
  let at = frameHeaderBytes;
  for (const { data } of pictures) {
    message.set(data, at);
    at += data.length;
  }
  socket.sendBinary(message);
}
