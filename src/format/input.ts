/** A piece of input as the fields of a record; what cannot be read exactly is refused, never guessed at. */
import type { Header } from "../record.ts";

export interface InputFields {
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Header[];
  partition: number | undefined;
  timestampMs: number | bigint | undefined;
}

/** Why a piece of input is no record, as the end of a sentence that begins with "it". */
export class BadInput extends Error {}

/** Reads one piece of input, without its delimiter; the bytes of the result may be views into it. @throws BadInput */
export type InputParser = (piece: Buffer) => InputFields;

export interface LineOptions {
  /** Of records that bring none. */
  key: Buffer | null;
  keyDelimiter: Buffer | undefined;
  /** Empty keys and values are null. */
  emptyIsNull: boolean;
}

export function lineParser({ key: fixedKey, keyDelimiter, emptyIsNull }: LineOptions): InputParser {
  const orNull = (bytes: Buffer) => (emptyIsNull && bytes.length === 0 ? null : bytes);
  const fields = (key: Buffer | null, value: Buffer): InputFields => ({ key, value: orNull(value), headers: [], partition: undefined, timestampMs: undefined });
  if (!keyDelimiter) return (line) => fields(fixedKey, line);
  return (line) => {
    const at = line.indexOf(keyDelimiter);
    if (at >= 0) return fields(orNull(line.subarray(0, at)), line.subarray(at + keyDelimiter.length));
    if (fixedKey) return fields(fixedKey, line);
    throw new BadInput(`has no key delimiter ${JSON.stringify(keyDelimiter.toString())}`);
  };
}
