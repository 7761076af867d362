/** kt produce: one record, or a line a record. */
import { KtError } from "../errors.ts";
import { describeFailure } from "../kafka/failures.ts";
import type { Delivery } from "../kafka/packed.ts";
import { openProducer, type RecordProducer } from "../kafka/producer.ts";
import { kafkaConfig, type produceOptions, type Resolved } from "../options.ts";
import { shutdown } from "../shutdown.ts";
import { note, stdinIsTerminal } from "../terminal.ts";

type Options = Resolved<typeof produceOptions>;

const newline = 10;
/** How long after the last record an acknowledgement may take. */
const flushTimeoutMs = 30_000;
/** Lines are handed to the client in portions of about this size. */
const portionBytes = 256 << 10;

export async function produce(args: string[], options: Options): Promise<void> {
  const [topic, value] = args as [string, string | undefined];
  const config = kafkaConfig(options);
  const failures = new Map<number, number>();
  let last: Delivery | undefined;
  const onDelivery = (delivery: Delivery) => {
    last = delivery;
    if (delivery.errorCode) failures.set(delivery.errorCode, (failures.get(delivery.errorCode) ?? 0) + 1);
  };
  if (value === undefined && stdinIsTerminal()) note(`Each line is a record for ${topic}; Ctrl-D ends.`);
  const producer = await openProducer(config, { lingerMs: value === undefined ? 5 : 0, onDelivery });
  if (value === undefined) await produceLines(producer, topic, options);
  else await produceOne(producer, topic, Buffer.from(value), options);
  const complete = await producer.flush(flushTimeoutMs);
  const lost = producer.sent - producer.delivered;
  if (lost > 0) {
    const reason = complete ? await describeFailure(config, topic, failures) : `no acknowledgement came within ${flushTimeoutMs / 1000} s`;
    throw new KtError({ code: "not_delivered", message: `${lost} of ${producer.sent} records were not delivered to ${topic}: ${reason}.`, hint: `kt topic describe ${topic} shows its state.` });
  }
  if (value === undefined) note(`${topic}: ${producer.delivered} delivered`);
  else note(`${topic}: partition ${last?.partition}, offset ${last?.offset}`);
}

async function produceOne(producer: RecordProducer, topic: string, value: Buffer, options: Options): Promise<void> {
  add(producer, topic, value, options);
  await producer.submit(shutdown);
}

/** Each line of stdin, exactly, without its newline; a last one without newline counts too. */
async function produceLines(producer: RecordProducer, topic: string, options: Options): Promise<void> {
  const plain = options.key === undefined && options.header.length === 0;
  const partition = options.partition ?? -1;
  const line = (source: Buffer, from: number, to: number) => {
    if (plain) producer.addSlice(topic, partition, source, from, to);
    else add(producer, topic, source.subarray(from, to), options);
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stdinChunks()) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      line(bytes, from, end);
      from = end + 1;
      if (producer.pendingBytes >= portionBytes) await producer.submit(shutdown);
    }
    rest = bytes.subarray(from);
    await producer.submit(shutdown);
  }
  if (rest.length > 0) line(rest, 0, rest.length);
  await producer.submit(shutdown);
}

/** Ends at the end of stdin, and on the first signal: what was read is then still delivered. */
async function* stdinChunks(): AsyncGenerator<Buffer> {
  const reader = Bun.stdin.stream().getReader();
  const stop = () => void reader.cancel();
  shutdown.addEventListener("abort", stop, { once: true });
  for (;;) {
    const { value, done } = await reader.read();
    if (done || shutdown.aborted) return;
    yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}

function add(producer: RecordProducer, topic: string, value: Buffer, options: Options): void {
  producer.add({ topic, value, key: options.key === undefined ? null : Buffer.from(options.key), headers: options.header, partition: options.partition });
}
