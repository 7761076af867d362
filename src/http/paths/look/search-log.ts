/** A search through all of a topic's log, told as it goes: a line, or a server-sent event, for each hit, how far it is, and why it ended. */
import type { RawJson } from "../../../format/json.ts";
import { type Keep, type SearchEvent, search } from "../../../hub/search/search.ts";
import type { RecordBatch } from "../../../kafka/batch.ts";
import { begun, streamed, unlessLeft } from "../../body.ts";
import { ending } from "../../ending.ts";
import { endpoint } from "../../endpoint.ts";
import { choice, integer } from "../../query.ts";
import { toPanelRecord } from "../../socket/panel-record.ts";
import { askedOf, wantedOf, wantedQuery } from "./wanted-query.ts";

const mostHits = 10_000;
/** What a record takes besides its value, as JSON. */
const envelopeBytes = 400;

export const searchLog = endpoint({
  summary:
    "Looks for records through all of the log, and tells how far it is: a line of JSON for each (begin, record, progress, end, or error), or events with Accept: text/event-stream",
  query: {
    ...wantedQuery,
    order: choice("newest or oldest first (otherwise the newest, and with from the oldest)", ["newest", "oldest"]),
    limit: integer("At most so many records", { least: 1, most: mostHits }, 100),
    most: integer("At most so many are looked at", { least: 1, most: 1_000_000_000_000 }, 100_000_000),
  },
  effect: "work",
  produces: ["application/x-ndjson", "text/event-stream"],
  async answer({ request, path: { topic = "" }, query }, hub) {
    const { from, order = from ? "oldest" : "newest", limit, most } = query;
    const gone = new AbortController();
    request.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const asked = { ...askedOf(topic, query), wanted: wantedOf(query), order, limit, most };
    const events = (request.headers.get("accept") ?? "").includes("text/event-stream");
    // What is asked wrongly, and a topic that is not there, have a status of their own.
    const pieces = await begun(written(search(hub, asked, shown, gone.signal), events));
    const forget = ending.with(() => gone.abort());
    const body = streamed(unlessLeft(pieces as AsyncGenerator<Uint8Array>), () => {
      forget();
      gone.abort();
    });
    const type = events ? "text/event-stream" : "application/x-ndjson";
    return new Response(body, { headers: { "Content-Type": type, "Cache-Control": "no-store", "X-Accel-Buffering": "no", Vary: "Accept" } });
  },
});

/** A record as JSON, its value cut where it is longer than anybody reads in a list. */
const shown: Keep<string> = (batch: RecordBatch, index: number) => {
  const record = batch.record(index);
  const panel = toPanelRecord(record);
  const { exactTimestampMs } = record;
  const item = JSON.stringify(exactTimestampMs === undefined ? panel : { ...panel, timestamp: (JSON as unknown as RawJson).rawJSON(String(exactTimestampMs)) });
  return { item, bytes: item.length + envelopeBytes };
};

async function* written(found: AsyncGenerator<SearchEvent<string>>, events: boolean): AsyncGenerator<Uint8Array> {
  const write = (name: string, json: string) => (events ? `event: ${name}\ndata: ${json}\n\n` : `{${JSON.stringify(name)}:${json}}\n`);
  for await (const event of found)
    yield Buffer.from(event.type === "hits" ? event.items.map((json) => write("record", json)).join("") : write(event.type, toldOf(event)));
}

function toldOf(event: Exclude<SearchEvent<string>, { type: "hits" }>): string {
  if (event.type !== "error") {
    const { type: _, ...told } = event;
    return JSON.stringify(told);
  }
  // The answer has its status already.
  const { type: _, error, ...told } = event;
  return JSON.stringify({ message: error.sentence, retryable: error.retryable, ...told });
}
