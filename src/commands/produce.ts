/** kt produce: one record, or a line a record. */
import { read } from "node:fs";
import { KtError } from "../errors.ts";
import { describeFailure, maxMessageBytes } from "../kafka/failures.ts";
import type { Delivery } from "../kafka/packer.ts";
import { openProducer, type RecordProducer } from "../kafka/producer.ts";
import { kafkaConfig, type produceOptions, type Resolved } from "../options.ts";
import { pause, shutdown } from "../shutdown.ts";
import { note, stdinIsTerminal } from "../terminal.ts";

type Options = Resolved<typeof produceOptions>;

const newline = 10;
/** How long after the last record an acknowledgement may take. */
const flushTimeoutMs = 30_000;
/** stdin is read in portions of this size; a longer line makes it grow. */
const portionBytes = 1 << 20;

export async function produce(args: string[], options: Options): Promise<void> {
  const [topic, value] = args as [string, string | undefined];
  const config = kafkaConfig(options);
  let last: Delivery | undefined;
  if (value === undefined && stdinIsTerminal()) note(`Each line is a record for ${topic}; Ctrl-D ends.`);
  const limit = value === undefined ? await maxMessageBytes(config, topic) : undefined;
  const producer = await openProducer(
    config,
    value === undefined
      ? { topic, lingerMs: 5, maxMessageBytes: limit, maxBatchBytes: limit }
      : { topic, lingerMs: 0, onDelivery: (delivery) => (last = delivery) },
  );
  if (value === undefined) await produceLines(producer, topic, options);
  else await produceOne(producer, topic, Buffer.from(value), options);
  const complete = await producer.flush(flushTimeoutMs);
  const lost = producer.sent - producer.delivered;
  if (lost > 0) {
    const reason = complete ? await describeFailure(config, topic, producer.failures) : `no acknowledgement came within ${flushTimeoutMs / 1000} s`;
    throw new KtError({
      code: "not_delivered",
      message: `${lost} of ${producer.sent} records were not delivered to ${topic}: ${reason}.`,
      hint: `kt topic describe ${topic} shows its state.`,
    });
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
  const rest = await eachPortion(async (lines, end) => {
    if (plain) return producer.submitLines(topic, options.partition ?? -1, lines, end, shutdown);
    for (let from = 0; from < end; ) {
      const to = lines.indexOf(newline, from);
      add(producer, topic, lines.subarray(from, to), options);
      from = to + 1;
    }
    await producer.submit(shutdown);
  });
  if (rest.length > 0) await produceOne(producer, topic, rest, options);
}

/**
 * Reads stdin to its end, or to the first signal, and hands on whole lines: bytes [0, end) of a buffer
 * that is used again. Returns what stands after the last newline.
 */
async function eachPortion(take: (lines: Buffer, end: number) => Promise<void>): Promise<Buffer> {
  let buffer = Buffer.allocUnsafeSlow(portionBytes);
  let length = 0;
  for (;;) {
    const count = await readStdin(buffer, length);
    if (count === 0) return buffer.subarray(0, length);
    const searched = length;
    length += count;
    const end = buffer.subarray(searched, length).lastIndexOf(newline) + 1 + searched;
    if (end > searched) {
      await take(buffer, end);
      buffer.copyWithin(0, end, length);
      length -= end;
    }
    if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
  }
}

/** How many bytes came; 0 at the end of stdin and after a signal: what was read is then still delivered. */
async function readStdin(buffer: Buffer, at: number): Promise<number> {
  for (;;) {
    if (shutdown.aborted) return 0;
    try {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const stop = () => resolve(0);
      shutdown.addEventListener("abort", stop, { once: true });
      read(0, buffer, at, buffer.length - at, null, (error, count) => (error ? reject(error) : resolve(count)));
      const count = await promise;
      shutdown.removeEventListener("abort", stop);
      return count;
    } catch (error) {
      // A stdin that its other owner made non-blocking has nothing yet.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await pause(10);
    }
  }
}

function add(producer: RecordProducer, topic: string, value: Buffer, options: Options): void {
  producer.add({ topic, value, key: options.key === undefined ? null : Buffer.from(options.key), headers: options.header, partition: options.partition });
}
