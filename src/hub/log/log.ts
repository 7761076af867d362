/** A topic's records for who asks by HTTP: the last ones, some from a place on, or one. */
import { KtError } from "../../errors.ts";
import type { Admin, Watermarks } from "../../kafka/admin/admin.ts";
import { mostUnpackedBytes } from "../../kafka/config.ts";
import { explainUnreadable, type Unreadable } from "../../kafka/read/unreadable.ts";
import type { KafkaRecord, Position } from "../../record.ts";
import type { ChunkedLog } from "./chunks.ts";
import { merge } from "./recorded.ts";

export interface LogHub {
  admin: Admin;
  archive: ChunkedLog;
}

export interface RecordsRequest {
  topic: string;
  /** Only records with exactly this key. */
  key: string | undefined;
  partition: number | undefined;
  /** undefined are the last ones. */
  from: Exclude<Position, { at: "resume" }> | undefined;
  limit: number;
}

/** Of the last records no more than this is put together. */
const mostBytes = 32 << 20;
/** So far back a key is looked for. */
const mostLookedBack = 200_000;

/** The partitions that are asked for. @throws KtError unknown_topic, bad_input */
export async function watermarksOf({ admin }: LogHub, topic: string, partition: number | undefined): Promise<Watermarks[]> {
  const info = await admin.topic(topic);
  const { length } = info.partitions;
  if (partition !== undefined && !info.partitions.some(({ id }) => id === partition))
    throw KtError.usage(`Topic '${topic}' has no partition ${partition}; it has ${length}, from 0 on.`);
  const wanted = info.partitions.filter(({ id }) => partition === undefined || id === partition);
  const known = await admin.knownWatermarks([{ ...info, partitions: wanted }]);
  if (known.length > 0) return known;
  const name = partition === undefined ? `Topic '${topic}'` : `Partition ${partition} of '${topic}'`;
  throw new KtError({ code: "no_leader", message: `${name} has no leader now: it can be read once a broker that has it is back.`, retryable: true });
}

/**
 * In the order of their timestamps, as far as each partition's own order allows; ends at the end that was there at the start.
 * The last records end before one that cannot be read; where they are read from a place on, that one is an error.
 * @throws KtError too_large, or kafka for a broken one
 */
export async function* readRecords(hub: LogHub, request: RecordsRequest, watermarks: Watermarks[], signal: AbortSignal): AsyncGenerator<KafkaRecord> {
  const { topic, limit, from } = request;
  const isWanted = keyFilter(request.key);
  if (from === undefined) return yield* await lastRecords(hub, request, watermarks, signal);
  const places = await hub.admin.resolve(from, watermarks);
  const ways = places.map(({ partition, offset }) => {
    const high = watermarks.find((its) => its.partition === partition)?.high ?? 0;
    return until(
      hub.archive.forward(topic, partition, offset, (left) => left.from < high && refuse(left)),
      (record) => record.offset >= high,
    );
  });
  let count = 0;
  for await (const record of merge(ways, (a, b) => a.timestampMs < b.timestampMs)) {
    // Where nothing is wanted for long, nobody would notice otherwise that the asker has gone.
    if (signal.aborted) return;
    if (!isWanted(record)) continue;
    yield record;
    if (++count >= limit) return;
  }
}

async function lastRecords({ archive }: LogHub, { topic, key, limit }: RecordsRequest, watermarks: Watermarks[], signal: AbortSignal): Promise<KafkaRecord[]> {
  const isWanted = keyFilter(key);
  const ways = watermarks.map(({ partition, low, high }) => archive.backward(topic, partition, high, low, refuse));
  const found: KafkaRecord[] = [];
  let bytes = 0;
  let looked = 0;
  try {
    for await (const record of merge(ways, (a, b) => a.timestampMs > b.timestampMs)) {
      if (signal.aborted) break;
      if (isWanted(record)) {
        bytes += record.value?.length ?? 0;
        if (bytes > mostBytes && found.length > 0) break;
        found.push(record);
      }
      if (found.length >= limit || ++looked >= mostLookedBack) break;
    }
  } catch (error) {
    if (!(error instanceof KtError) || error.retryable || found.length === 0) throw error;
  }
  return found.reverse();
}

/** @throws KtError usage, which says where the record could be; too_large; kafka for a broken one */
export async function oneRecord(hub: LogHub, topic: string, partition: number, offset: number): Promise<KafkaRecord | { missing: string }> {
  const [watermarks] = await watermarksOf(hub, topic, partition);
  const { low, high } = watermarks as Watermarks;
  const name = `Partition ${partition} of '${topic}'`;
  if (high === low) return { missing: `${name} has no records.` };
  if (offset >= high) return { missing: `${name} has no offset ${offset} yet; its last is ${high - 1}.` };
  if (offset < low) return { missing: `Offset ${offset} is gone from the log: ${name} begins at ${low}.` };
  const { records, unreadable } = await hub.archive.chunk(topic, partition, offset);
  const left = unreadable.find(({ from, to }) => from <= offset && offset < to);
  if (left) refuse(left);
  const found = records.find((record) => record.offset === offset);
  return found ?? { missing: `${name} has no record at offset ${offset}: compaction took it, or it marks a transaction.` };
}

function refuse(left: Unreadable): never {
  throw explainUnreadable(left, mostUnpackedBytes);
}

export function keyFilter(key: string | undefined): (record: KafkaRecord) => boolean {
  if (key === undefined) return () => true;
  const wanted = Buffer.from(key);
  return (record) => record.key !== null && wanted.equals(record.key);
}

async function* until<Item>(items: AsyncGenerator<Item>, isBeyond: (item: Item) => boolean): AsyncGenerator<Item> {
  for await (const item of items) {
    if (isBeyond(item)) return;
    yield item;
  }
}
