/** A topic's records as JSON, as a live tail, and one by one as they are. */
import { KtError } from "../../errors.ts";
import { envelopeJson } from "../../format/json.ts";
import type { Hub } from "../../hub/hub.ts";
import { oneRecord, type RecordsRequest, readRecords, watermarksOf } from "../../hub/log/log.ts";
import { headerText, type KafkaRecord } from "../../record.ts";
import { sniffFrame } from "../../video/formats/sniff.ts";
import { frameHeader } from "../../video/frame.ts";
import { attachment, problem, unchanging } from "../answers.ts";
import { begun, streamed } from "../body.ts";
import { endpoint } from "../endpoint.ts";
import { choice, integer, position, text } from "../query.ts";
import { liveTail } from "./events.ts";
import { tooLargeForJson } from "./json-limit.ts";
import { openedRecord, pictureInRecord } from "./look/opened-record.ts";

const mostRecords = 10_000;
const chunkBytes = 64 << 10;

export const records = endpoint({
  summary: "Records as JSON, nothing left out: an array, or a line each with Accept: application/x-ndjson; with Accept: text/event-stream those that come",
  query: {
    from: position(
      "Where to begin: start, 42, -10 (of each partition), @2026-01-31T12:00:00Z; without it the last ones, and of a live tail the end",
      undefined,
    ),
    limit: integer("At most so many", { least: 1, most: mostRecords }, 100),
    key: text("Only records with exactly this key"),
    partition: integer("Only this partition", { least: 0, most: 2_147_483_647 }, undefined),
  },
  effect: "work",
  produces: ["application/json", "application/x-ndjson", "text/event-stream"],
  async answer({ request, path: { topic = "" }, query: { from, ...query } }, hub) {
    if (from?.at === "resume") throw KtError.usage("from: records are read without a group, so there is no place to resume.", "Give an offset or a time.");
    const asked: RecordsRequest = { topic, from, ...query };
    const watermarks = await watermarksOf(hub, topic, query.partition);
    const accept = request.headers.get("accept") ?? "";
    if (accept.includes("text/event-stream")) return liveTail(hub, request, asked, watermarks);
    const lines = /ndjson|jsonl/.test(accept);
    const gone = new AbortController();
    request.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const pieces = jsonPieces(readRecords(hub, asked, watermarks, gone.signal), lines);
    // Once an answer has begun it has its status: what is wrong with the first records is said before.
    const begunPieces = await begun(pieces);
    const body = begunPieces ? streamed(begunPieces, () => gone.abort()) : "";
    return new Response(body, {
      headers: { "Content-Type": lines ? "application/x-ndjson" : "application/json", "Cache-Control": "no-store", Vary: "Accept" },
    });
  },
});

/** @throws KtError too_large */
async function* jsonPieces(found: AsyncGenerator<KafkaRecord>, lines: boolean): AsyncGenerator<Uint8Array> {
  let piece = lines ? "" : "[";
  let separator = lines ? "" : "\n";
  for await (const record of found) {
    const trouble = tooLargeForJson(record);
    if (trouble) throw trouble;
    piece += separator + envelopeJson(record) + (lines ? "\n" : "");
    separator = lines ? "" : ",\n";
    if (piece.length < chunkBytes) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  piece += lines ? "" : "\n]\n";
  if (piece !== "") yield Buffer.from(piece);
}

const offsets = /^\d{1,15}$/;

export const recordValue = endpoint({
  summary: "The value of one record, byte for byte, to keep as a file",
  query: {
    as: choice("json: all that there is of the record, its value cut where it is long; picture: the picture that the value has inside of it as base64", [
      "json",
      "picture",
    ]),
  },
  effect: "work",
  produces: ["*/*"],
  async answer({ request, path: { topic = "", partition = "", offset = "" }, query: { as } }, hub) {
    if (!offsets.test(partition) || !offsets.test(offset))
      throw KtError.usage("A record's path is /topics/TOPIC/records/PARTITION/OFFSET, both whole numbers.");
    if (as === undefined) return sendValue(hub, request, topic, Number(partition), Number(offset));
    const record = await oneRecord(hub, topic, Number(partition), Number(offset));
    if ("missing" in record) return problem(404, record.missing);
    return as === "json" ? openedRecord(hub, record) : pictureInRecord(record, noScripts);
  },
});

async function sendValue(hub: Hub, request: Request, topic: string, partition: number, offset: number): Promise<Response> {
  const record = await oneRecord(hub, topic, partition, offset);
  if ("missing" in record) return problem(404, record.missing);
  const { value } = record;
  const timestampMs = record.exactTimestampMs ?? record.timestampMs;
  if (value === null) return problem(404, `The record at offset ${offset} has no value: its key is marked as deleted.`);
  const type = contentTypeOf(record, value);
  return unchanging(request, `${partition}-${offset}-${timestampMs}`, () => new Uint8Array(value), {
    "Content-Type": type,
    "Content-Disposition": attachment(`${topic}-${partition}-${offset}${extensions[type] ?? ""}`),
    "X-Timestamp": String(timestampMs),
    ...noScripts,
  });
}

/** Whoever writes to the topic must not put scripts into kt's page. */
const noScripts = { "Content-Security-Policy": "sandbox; default-src 'none'" };

const extensions: Record<string, string> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "video/h264": ".h264",
  "application/json": ".json",
  "text/plain": ".txt",
};

function contentTypeOf({ headers }: KafkaRecord, value: Uint8Array): string {
  const declared = headerText(headers, frameHeader.contentType);
  if (declared !== undefined && /^[\w.+-]+\/[\w.+-]+(; *[\w-]+=[\w.+-]+)*$/.test(declared)) return declared;
  return sniffFrame(value) ?? "application/octet-stream";
}
