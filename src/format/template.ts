/**
 * The template of kt consume -f, compiled once into the steps that write each record: kcat's tokens, and
 * rpk's for what kcat has no letter for, with modifiers in braces as rpk has them.
 */
import { KtError } from "../errors.ts";
import type { HeaderPlace, PackedRecords } from "../record.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { writeEnvelope, writeJsonHeaders } from "./json-writer.ts";
import { type BytesOptions, bytesWriter, numberWriter, timeWriter } from "./modifiers.ts";
import { type Part, parseTemplate } from "./template-parts.ts";

/** Writes one record of several. */
export type RecordWriter = (records: PackedRecords, index: number, out: ByteWriter) => void;
type HeaderWriter = (records: PackedRecords, header: HeaderPlace, out: ByteWriter) => void;

/** @throws KtError usage for a token or a modifier that does not exist */
export function compileTemplate(parts: (Part | Uint8Array)[], options: BytesOptions): RecordWriter {
  let printed = 0;
  const writers = parts.map((part): RecordWriter => {
    if (part instanceof Uint8Array) return (_, __, out) => out.bytes(part);
    if (part.token === "i") {
      const write = numberWriter(part);
      return (_, __, out) => write(printed, out);
    }
    return recordField(part, options);
  });
  return (records, index, out) => {
    printed++;
    for (const write of writers) write(records, index, out);
  };
}

function recordField(part: Part, options: BytesOptions): RecordWriter {
  switch (part.token) {
    case "t":
      return unmodified(part, topicWriter());
    case "p":
      return numberField(part, (records, index) => records.partition(index));
    case "o":
      return numberField(part, (records, index) => records.offset(index));
    case "T":
    case "d": {
      const write = timeWriter(part);
      return (records, index, out) => write(records.exactTimestampMs(index), out);
    }
    case "k": {
      const write = bytesWriter(part, options);
      return (records, index, out) => write(records.memory, records.keyAt(index), records.keyLength(index), out);
    }
    case "s":
    case "v": {
      const write = bytesWriter(part, options);
      return (records, index, out) => write(records.memory, records.valueAt(index), records.valueLength(index), out);
    }
    case "K":
      return numberField(part, (records, index) => records.keyLength(index));
    case "S":
    case "V":
      return numberField(part, (records, index) => records.valueLength(index));
    case "R":
      return unmodified(part, (records, index, out) => out.integer(records.valueLength(index), 4, false));
    case "h":
      return headersField(part, options);
    case "H":
      return numberField(part, (records, index) => records.headerPlaces(index).length);
    case "j":
      return unmodified(part, writeEnvelope);
  }
  throw KtError.usage(
    `-f has no token %${part.token}.`,
    "It has %t topic, %p partition, %o offset, %T time, %k key, %s value, %h headers, %K %S %H their sizes, %R the value's size in binary, %i the count, %j JSON and %%.",
  );
}

/** Consecutive records are nearly always of one topic. */
function topicWriter(): RecordWriter {
  let name: string | undefined;
  let bytes = Buffer.alloc(0);
  return (records, index, out) => {
    const topic = records.topic(index);
    if (topic !== name) {
      name = topic;
      bytes = Buffer.from(topic);
    }
    out.bytes(bytes);
  };
}

function numberField(part: Part, numberOf: (records: PackedRecords, index: number) => number): RecordWriter {
  const write = numberWriter(part);
  return (records, index, out) => write(numberOf(records, index), out);
}

function unmodified(part: Part, write: RecordWriter): RecordWriter {
  if (part.modifier !== undefined) throw KtError.usage(`-f: %${part.token} takes no {${part.modifier}}.`);
  return write;
}

/** %h is name=value,name=value as kcat prints it; %h{…%k…%v…} is written for each header, as rpk does. */
function headersField(part: Part, options: BytesOptions): RecordWriter {
  if (part.modifier === "json") return writeJsonHeaders;
  const each = part.modifier === undefined ? undefined : parseTemplate(part.modifier).map((inner) => headerField(inner, options));
  const name = bytesWriter({ token: "k", modifier: undefined }, options);
  const value = bytesWriter({ token: "v", modifier: undefined }, { ...options, nullText: "NULL" });
  const comma = 44;
  const equals = 61;
  return (records, index, out) => {
    let first = true;
    for (const header of records.headerPlaces(index)) {
      if (each) {
        for (const write of each) write(records, header, out);
        continue;
      }
      if (!first) out.byte(comma);
      first = false;
      name(records.memory, header.nameAt, header.nameLength, out);
      out.byte(equals);
      value(records.memory, header.valueAt, header.valueLength, out);
    }
  };
}

function headerField(part: Part | Uint8Array, options: BytesOptions): HeaderWriter {
  if (part instanceof Uint8Array) return (_, __, out) => out.bytes(part);
  if (part.token === "k" || part.token === "v") {
    const write = bytesWriter(part, options);
    return part.token === "k"
      ? ({ memory }, { nameAt, nameLength }, out) => write(memory, nameAt, nameLength, out)
      : ({ memory }, { valueAt, valueLength }, out) => write(memory, valueAt, valueLength, out);
  }
  if (part.token === "K" || part.token === "V") {
    const write = numberWriter(part);
    return (_, header, out) => write(part.token === "K" ? header.nameLength : header.valueLength, out);
  }
  throw KtError.usage(`-f: within %h{…} there is no token %${part.token}.`, "There are %k and %v, a header's name and value, and %K and %V, their sizes.");
}
