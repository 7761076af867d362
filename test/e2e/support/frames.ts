/** The frame records of emit-video, and what it reports of them. */
import type { RecordEnvelope } from "../../../src/format/json.ts";
import { ktOk, recordsOf, uniqueName } from "./kt.ts";

/** Emits a source as fast as it goes and returns the frames, without the end record. */
export async function framesOf(input: string, ...options: string[]): Promise<RecordEnvelope[]> {
  const topic = uniqueName("frames");
  await ktOk(["emit-video", input, "--topic", topic, "--fast", ...options], { timeoutMs: 60_000 });
  return (await recordsOf(topic)).filter((record) => !isEnd(record));
}

/** The picture, byte for byte. */
export function pictureOf(record: RecordEnvelope | undefined): Buffer {
  return Buffer.from(record?.value ?? "", "base64");
}

/** A header that is a number. */
export function numberIn(record: RecordEnvelope | undefined, name: string): number {
  return Number(header(record, name) ?? Number.NaN);
}

export function header(record: RecordEnvelope | undefined, name: string): string | null | undefined {
  return record?.headers.find((candidate) => candidate.name === name)?.value;
}

/** Whether the record says that the source ended. */
export function isEnd(record: RecordEnvelope): boolean {
  return header(record, "kt-end") !== undefined;
}

export function sequenceOf(records: RecordEnvelope[]): number[] {
  return records.map((record) => Number(header(record, "kt-seq")));
}

/** 0, 1, … count - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The counts of the report: "video: 100 sent, 99 delivered, 1 failed (…". */
export function reported(stderr: string): { sent: number; delivered: number; failed: number } {
  const [, sent, delivered, failed] = /: (\d+) sent, (\d+) delivered, (\d+) failed/.exec(stderr) ?? [];
  if (failed === undefined) throw new Error(`no report in: ${stderr}`);
  return { sent: Number(sent), delivered: Number(delivered), failed: Number(failed) };
}
