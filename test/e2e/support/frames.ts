/** The frame records of emit-video, and what it reports of them. */
import type { RecordEnvelope } from "../../../src/format/json.ts";

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
