/** Packed records with other values in place of some. */
import type { HeaderPlace, PackedRecords } from "../record.ts";

/** @param values of each record; undefined leaves it as it is */
export function withValues(records: PackedRecords, values: (Buffer | undefined)[]): PackedRecords {
  const places: number[] = [];
  let at = records.memory.length;
  for (const value of values) {
    places.push(at);
    at += value?.length ?? 0;
  }
  const memory = Buffer.concat([records.memory, ...values.filter((value) => value !== undefined)]);
  return {
    length: records.length,
    memory,
    topic: (index) => records.topic(index),
    partition: (index) => records.partition(index),
    offset: (index) => records.offset(index),
    timestampMs: (index) => records.timestampMs(index),
    isLogAppendTime: (index) => records.isLogAppendTime(index),
    keyAt: (index) => records.keyAt(index),
    keyLength: (index) => records.keyLength(index),
    valueAt: (index) => (values[index] ? (places[index] as number) : records.valueAt(index)),
    valueLength: (index) => values[index]?.length ?? records.valueLength(index),
    hasHeaders: (index) => records.hasHeaders(index),
    headerPlaces: (index): HeaderPlace[] => records.headerPlaces(index),
  };
}
