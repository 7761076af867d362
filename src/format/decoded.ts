/** Packed records with other keys and values in place of some. */
import type { HeaderPlace, PackedRecords } from "../record.ts";

/** Of each record; undefined leaves it as it is. */
export type Replacements = (Buffer | undefined)[];

/** The first so many records, as many as there are keys and values. */
export function withParts(records: PackedRecords, keys: Replacements, values: Replacements): PackedRecords {
  const added: Buffer[] = [];
  let at = records.memory.length;
  const placesOf = (parts: Replacements) =>
    parts.map((part) => {
      if (part === undefined) return -1;
      added.push(part);
      at += part.length;
      return at - part.length;
    });
  const [keyPlaces, valuePlaces] = [placesOf(keys), placesOf(values)];
  const placed = (place: number | undefined, otherwise: number) => (place === undefined || place < 0 ? otherwise : place);
  return {
    length: Math.min(keys.length, values.length),
    memory: Buffer.concat([records.memory, ...added]),
    topic: (index) => records.topic(index),
    partition: (index) => records.partition(index),
    offset: (index) => records.offset(index),
    timestampMs: (index) => records.timestampMs(index),
    exactTimestampMs: (index) => records.exactTimestampMs(index),
    isLogAppendTime: (index) => records.isLogAppendTime(index),
    keyAt: (index) => placed(keyPlaces[index], records.keyAt(index)),
    keyLength: (index) => keys[index]?.length ?? records.keyLength(index),
    valueAt: (index) => placed(valuePlaces[index], records.valueAt(index)),
    valueLength: (index) => values[index]?.length ?? records.valueLength(index),
    hasHeaders: (index) => records.hasHeaders(index),
    headerPlaces: (index): HeaderPlace[] => records.headerPlaces(index),
  };
}
