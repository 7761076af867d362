/** Records that the client left out: larger than it may take, or broken. Pure. */
import { KtError } from "../../errors.ts";
import type { ReaderEvent, RecordBatch } from "../batch.ts";
import { codes } from "../explain.ts";

/** Offsets [from, to) of a partition. */
export interface Unreadable {
  topic: string;
  partition: number;
  from: number;
  to: number;
  /** What they take, unpacked; 0 where only their reader could tell. */
  bytes: number;
  /** Otherwise they are broken. */
  tooLarge: boolean;
}

/** The records that an event stands for, in the words of native/left_out.c; undefined where it is about something else. */
export function unreadableOf({ code, message, topic, partition }: ReaderEvent): Unreadable | undefined {
  const [, first, last, bytes] = /^Offsets (\d+) to (\d+), (\d+) bytes: /.exec(message) ?? [];
  if (first === undefined) return undefined;
  return { topic, partition, from: Number(first), to: Number(last) + 1, bytes: Number(bytes), tooLarge: code === codes.messageTooLarge };
}

export function unreadablesOf(batch: RecordBatch): Unreadable[] {
  return batch.events.flatMap((event) => unreadableOf(event) ?? []);
}

/** @param mostBytes what a reader may take */
export function explainUnreadable({ topic, partition, from, to, bytes, tooLarge }: Unreadable, mostBytes: number): KtError {
  const [subject, takes, are] =
    to - from === 1 ? [`The record at offset ${from}`, "takes", "is"] : [`The records at offsets ${from} to ${to - 1}`, "take", "are"];
  const name = `${subject} of partition ${partition} of '${topic}'`;
  if (!tooLarge)
    return new KtError({ code: "kafka", message: `${name} ${are} broken and cannot be unpacked.`, hint: `Reading can go on after that, at offset ${to}.` });
  const size = bytes > mostBytes ? megabytes(bytes) : `more than ${megabytes(mostBytes)}`;
  return tooLargeToRead(`${name} ${takes} ${size}`, mostBytes, { topic, partition, offset: from });
}

/** @param what "The record at offset 0 of partition 0 of 'a' takes 400 MB" */
export function tooLargeToRead(what: string, mostBytes: number, { topic, partition, offset }: { topic: string; partition: number; offset: number }): KtError {
  const hint = `Read it with kt consume ${topic} --partition ${partition} --from ${offset} -n 1, which has no such limit.`;
  return new KtError({ code: "too_large", message: `${what}, and no more than ${megabytes(mostBytes)} is read here at once.`, hint });
}

export function megabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toFixed(1))} MB`;
}
