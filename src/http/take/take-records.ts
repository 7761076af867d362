/** POST of records: a body as it is, or many as lines of JSON. */
import { BadInput } from "../../format/input.ts";
import { parseEnvelope } from "../../format/json-input.ts";
import type { Header, OutgoingRecord } from "../../record.ts";
import { json } from "../answers.ts";
import { integer, type Parameter, text } from "../query.ts";
import { full, readBody } from "./body.ts";
import type { Budget, Holding } from "./budget.ts";
import { acknowledged, type Outcome } from "./courier.ts";
import { type Failure, refusedBy } from "./outcome.ts";
import { Refused } from "./refused.ts";
import { type Asked, taker } from "./taker.ts";

/** Each takes memory of its own, however small it is: so much until it is acknowledged. */
const recordOverheadBytes = 500;
const mostRecords = 10_000;
/** Others are served in between, so that nobody's picture waits for a large body to be read. */
const bytesAtOnce = 1 << 20;
const longestHeaderName = 0xffff;
const newline = 10;

/** What a page of any site can make a browser send, without having asked whether it may (Fetch standard, CORS-safelisted). */
const simple = ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
const lineTypes = /^application\/(?:x-)?(?:ndjson|jsonl|json-?lines)$/;

/** -1 leaves it to the key, as where none is named. */
const partition: Parameter<number | undefined> = {
  summary: "The partition; -1 is by the key, or any (of lines: in place of what each says)",
  schema: { type: "integer", minimum: -1, maximum: 2_147_483_647 },
  read: (given, name) => (given === "-1" ? -1 : integer("", { least: 0, most: 2_147_483_647 }, undefined).read(given, name, [])),
};

const header: Parameter<Header[]> = {
  summary: "name=value, a header of each record; may be repeated",
  schema: { type: "string" },
  repeated: true,
  read: (_given, _name, all) =>
    all.map((one) => {
      const equals = one.indexOf("=");
      if (equals < 1) throw new Refused(400, `header takes name=value, not '${one.slice(0, 100)}'.`);
      return { name: one.slice(0, equals), value: Buffer.from(one.slice(equals + 1)) };
    }),
};

const query = {
  key: text("The key of each record that brings none; without it that is null"),
  header,
  partition,
  timestamp: integer("When the record is of, in ms since 1970; without it now. Lines have times of their own", { least: 1, most: 2 ** 53 - 1 }, undefined),
};
type Query = Asked<typeof query>["query"];

export const takeRecords = taker({
  kind: "records",
  summary: "Writes records, and answers the partition and offset of each once it is acknowledged",
  query,
  takes: ["application/octet-stream", "application/json", "application/x-ndjson"],
  async take({ request, address, query }, target, taking) {
    const type = typeOf(request);
    if (simple.includes(type))
      throw new Refused(
        415,
        "Say by Content-Type what the body is: application/x-ndjson for records as lines of JSON, and application/octet-stream, or what it is, for one value as it is.",
      );
    using holding = taking.budget.open();
    const body = await readBody(request, { mostBytes: taking.maxBody, budget: taking.budget, holding });
    const lines = lineTypes.test(type);
    const records = lines ? await recordsOf(target.topic, body, query) : [recordOf(target.topic, body, query)];
    holdEach(records.length, body.length, holding, taking.budget);
    records.forEach((record, i) => {
      taking.checkSize(target, record, lines ? `Record ${i + 1}` : "The record");
    });
    const { outcomes, failure } = await taking.send({ kind: "records", address, to: target.topic }, target, records);
    return answer(outcomes, failure, lines);
  },
});

const typeOf = ({ headers }: Request) => (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

function answer(outcomes: readonly Outcome[], failure: Failure | undefined, lines: boolean): Response {
  const places = outcomes.map((outcome) => (acknowledged(outcome) ? { partition: outcome.partition, offset: outcome.offset } : null));
  if (!failure) return json(lines ? places : places[0]);
  if (failure.failed === outcomes.length) throw refusedBy(failure);
  // Who sends the rest again has to know which are there.
  const { status, headers } = refusedBy(failure);
  return Response.json({ error: failure.sentence, records: places }, { status, headers: { "Cache-Control": "no-store", ...headers } });
}

function recordOf(topic: string, value: Buffer, { key, header, partition, timestamp }: Query): OutgoingRecord {
  checkHeaders(header, "The record");
  return { topic, key: key === undefined ? null : Buffer.from(key), value, headers: header, partition, timestampMs: timestamp };
}

/** @throws Refused 413 where so many could never be held, 429 where they cannot be now */
function holdEach(records: number, bodyBytes: number, holding: Holding, budget: Budget): void {
  const bytes = records * recordOverheadBytes;
  if (bodyBytes + bytes > budget.most)
    throw new Refused(413, `${records} records take more memory than may wait for Kafka (kt serve --max-waiting): send fewer at once.`);
  if (!holding.grow(bytes)) throw full(budget);
}

/** @throws Refused 400, which names the line, and 413 */
async function recordsOf(topic: string, body: Buffer, { key, header, partition }: Query): Promise<OutgoingRecord[]> {
  const otherwise = key === undefined ? null : Buffer.from(key);
  const records: OutgoingRecord[] = [];
  let number = 0;
  let pausedAt = 0;
  for (let from = 0; from < body.length; ) {
    if (from - pausedAt > bytesAtOnce) {
      pausedAt = from;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const end = body.indexOf(newline, from);
    const to = end < 0 ? body.length : end;
    const line = body.subarray(from, to);
    from = to + 1;
    number++;
    if (isBlank(line)) continue;
    if (records.length === mostRecords) throw new Refused(413, `A request may write ${mostRecords} records, and this one has more: nothing was written.`);
    const fields = envelope(line, number);
    const { timestampMs: time } = fields;
    const headers = header.length > 0 ? [...fields.headers, ...header] : fields.headers;
    checkHeaders(headers, `Line ${number}`);
    records.push({
      ...{ topic, key: fields.key ?? otherwise, value: fields.value, headers, partition: partition ?? fields.partition },
      ...(typeof time === "bigint" ? { exactTimestampMs: time } : { timestampMs: time }),
    });
  }
  if (records.length === 0) throw new Refused(400, 'There is no record in the body: each line is one, such as {"key":"a","value":"b"}.');
  return records;
}

function envelope(line: Buffer, number: number) {
  try {
    return parseEnvelope(line);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    throw new Refused(400, `Line ${number} ${error.message}: nothing was written.`);
  }
}

function checkHeaders(headers: readonly Header[], name: string): void {
  if (headers.some((one) => Buffer.byteLength(one.name) > longestHeaderName))
    throw new Refused(400, `${name} has a header whose name is longer than ${longestHeaderName} bytes: nothing was written.`);
}

const isBlank = (line: Buffer) => line.every((byte) => byte === 32 || byte === 9 || byte === 13);
