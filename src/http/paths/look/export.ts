/** What a filter finds in a topic's log as one file, sent while it is read. */
import { ByteWriter } from "../../../format/byte-writer.ts";
import { CsvRecords } from "../../../format/csv-records.ts";
import { writeEnvelope } from "../../../format/json-writer.ts";
import { extract } from "../../../hub/search/extract.ts";
import type { RecordBatch } from "../../../kafka/batch.ts";
import { attachment } from "../../answers.ts";
import { begun, streamed, unlessLeft } from "../../body.ts";
import { endpoint } from "../../endpoint.ts";
import { choice, integer } from "../../query.ts";
import { mostJsonBytes, tooLargeForJson } from "../json-limit.ts";
import { askedOf, wantedOf, wantedQuery } from "./wanted-query.ts";

const pieceBytes = 256 << 10;

export const exportRecords = endpoint({
  summary: "Records as a file: a line of JSON for each as kt consume --json prints it and kt produce --json takes it, or CSV with a column for each field",
  query: {
    ...wantedQuery,
    format: choice("ndjson or csv (otherwise ndjson)", ["ndjson", "csv"]),
    limit: integer("At most so many records, the oldest of each partition", { least: 1, most: 1_000_000_000 }, 1_000_000),
  },
  effect: "work",
  produces: ["application/x-ndjson", "text/csv"],
  async answer({ request, path: { topic = "" }, query }, hub) {
    const { format = "ndjson", limit } = query;
    const gone = new AbortController();
    request.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const found = extract(hub, askedOf(topic, query), wantedOf(query), limit, gone.signal);
    const pieces = await begun(format === "csv" ? csvPieces(found) : jsonPieces(found));
    const body = pieces ? streamed(unlessLeft(pieces), () => gone.abort()) : "";
    return new Response(body, {
      headers: {
        "Content-Type": format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
        "Content-Disposition": attachment(`${topic}.${format}`),
        "Cache-Control": "no-store",
      },
    });
  },
});

type Found = AsyncGenerator<{ batch: RecordBatch; indexes: number[] }>;

/** @throws KtError too_large: a file that leaves out what is large would be taken for the whole */
function checkSize(batch: RecordBatch, index: number): void {
  const trouble = batch.valueLength(index) > mostJsonBytes ? tooLargeForJson(batch.record(index)) : undefined;
  if (trouble) throw trouble;
}

async function* jsonPieces(found: Found): AsyncGenerator<Uint8Array> {
  const out = new ByteWriter();
  const newline = 10;
  for await (const { batch, indexes } of found) {
    for (const index of indexes) {
      checkSize(batch, index);
      writeEnvelope(batch, index, out);
      out.byte(newline);
      if (out.length < pieceBytes) continue;
      yield Uint8Array.from(out.written);
      out.clear();
    }
  }
  if (out.length > 0) yield Uint8Array.from(out.written);
}

async function* csvPieces(found: Found): AsyncGenerator<Uint8Array> {
  const csv = new CsvRecords();
  let text = "";
  for await (const { batch, indexes } of found) {
    for (const index of indexes) {
      checkSize(batch, index);
      text += csv.add(batch.record(index));
      if (text.length < pieceBytes) continue;
      yield Buffer.from(text);
      text = "";
    }
  }
  yield Buffer.from(text + csv.end());
}
