/** A live tail as server-sent events (WHATWG HTML 9.2): what a browser's EventSource reads, and resumes by itself. */
import { KtError } from "../../errors.ts";
import { envelopeJson } from "../../format/json.ts";
import { Channel } from "../../hub/channel.ts";
import type { Hub } from "../../hub/hub.ts";
import { follow } from "../../hub/log/follow.ts";
import { keyFilter, type RecordsRequest } from "../../hub/log/log.ts";
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import type { Watermarks } from "../../kafka/admin/admin.ts";
import { mostUnpackedBytes } from "../../kafka/config.ts";
import { explainUnreadable, type Unreadable } from "../../kafka/read/unreadable.ts";
import type { KafkaRecord } from "../../record.ts";
import { streamed } from "../body.ts";
import { ending } from "../ending.ts";
import { traffic } from "../traffic.ts";
import { orAfterEach } from "../wait.ts";
import { tooLargeForJson } from "./json-limit.ts";

/** Proxies close what is silent for longer. */
const heartbeatMs = 15_000;
/** Records that wait for the socket; the log keeps the others. */
const mostWaiting = 8;
const retryMs = 1000;

export async function liveTail(hub: Hub, request: Request, { topic, key, from, partition }: RecordsRequest, watermarks: Watermarks[]): Promise<Response> {
  const resumed = placesOf(request.headers.get("last-event-id") ?? "");
  const begin = (await hub.admin.resolve(from ?? { at: "end" }, watermarks)).map((place) => {
    const { low, high } = watermarks.find(({ partition }) => partition === place.partition) as Watermarks;
    // One that the last id does not name was added since: all that is in it is new.
    const offset = resumed.get(place.partition) ?? (resumed.size > 0 ? low : place.offset);
    return { ...place, offset: Math.min(high, Math.max(low, offset)) };
  });
  const closing = new AbortController();
  const waiting = new Channel<KafkaRecord | KtError>(mostWaiting);
  const isWanted = keyFilter(key);
  const take = (record: KafkaRecord) => (isWanted(record) ? waiting.push(record) : undefined);
  const leftOut = (left: Unreadable) => void waiting.push(explainUnreadable(left, mostUnpackedBytes));
  const log = { archive: hub.archive, live: hub.live, grows: partition === undefined };
  follow(log, topic, begin, take, closing.signal, leftOut).then(
    () => waiting.close(),
    () => waiting.close(),
  );
  const leave = traffic.enter("events");
  const forget = ending.with(() => waiting.close());
  const close = () => {
    forget();
    leave();
    closing.abort();
    waiting.close();
  };
  const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no" };
  return new Response(streamed(events(waiting, begin), close), { headers });
}

async function* events(waiting: Channel<KafkaRecord | KtError>, begin: PartitionOffset[]): AsyncGenerator<Uint8Array> {
  const places = new Map(begin.map(({ partition, offset }) => [partition, offset]));
  const id = () => `id: ${[...places].map(([partition, offset]) => `${partition}:${offset}`).join(",")}\n`;
  // Who loses the connection before the first record knows where to go on as well.
  yield Buffer.from(`retry: ${retryMs}\n${id()}\n`);
  let coming: Promise<KafkaRecord | KtError | undefined> | undefined;
  const orBeat = orAfterEach<KafkaRecord | KtError | undefined>(heartbeatMs);
  for (;;) {
    coming ??= waiting.next();
    const came = await orBeat(coming);
    if (came === "late") {
      yield Buffer.from(": nothing new\n\n");
      continue;
    }
    if (!came) return;
    coming = undefined;
    const trouble = came instanceof KtError ? came : tooLargeForJson(came);
    if (trouble) yield Buffer.from(`: left out: ${trouble.sentence}\n\n`);
    if (came instanceof KtError) continue;
    places.set(came.partition, came.offset + 1);
    if (trouble) continue;
    const event = Buffer.from(`${id()}data: ${envelopeJson(came)}\n\n`);
    traffic.sent("events", event.length);
    yield event;
  }
}

/** Where each partition goes on: "0:42,1:17", as the last id said. */
function placesOf(id: string): Map<number, number> {
  return new Map([...id.matchAll(/(\d+):(\d+)/g)].map(([, partition, offset]) => [Number(partition), Number(offset)]));
}
