/** Records as CSV: a column for each field of their JSON, as the first of them have it, and nothing lost of what has none. Pure. */
import { isUtf8 } from "node:buffer";
import { type KafkaRecord, timeText } from "../record.ts";
import { type CsvCell, csvRow } from "./csv.ts";
import { type Cell, fieldsOf, wholeValue } from "./fields.ts";

const fixed = ["partition", "offset", "timestamp", "key"];
const rest = ["headers", "value", "encoding"];
/** So many records tell which columns there are, or as many as have so many bytes. */
const lookRecords = 1000;
const lookBytes = 4 << 20;
const mostColumns = 200;
/** As many as fields.ts takes: there may be more. */
const mostFields = 40;

interface Row {
  fixed: CsvCell[];
  headers: CsvCell;
  /** undefined where it is no JSON, or a single value. */
  fields: ReadonlyMap<string, Cell> | undefined;
  value: string | null;
  encoding: CsvCell;
}

export class CsvRecords {
  #columns: string[] | undefined;
  #waiting: Row[] = [];
  #waitingBytes = 0;

  /** @returns what can be written by now, "" while the columns are not known */
  add(record: KafkaRecord): string {
    const row = rowOf(record);
    if (this.#columns) return this.#write(row);
    this.#waiting.push(row);
    this.#waitingBytes += record.value?.length ?? 0;
    return this.#waiting.length < lookRecords && this.#waitingBytes < lookBytes ? "" : this.#begin();
  }

  /** What is left, with the names of the columns where there was no record at all. */
  end(): string {
    return this.#columns ? "" : this.#begin();
  }

  #begin(): string {
    const columns = [...new Set(this.#waiting.flatMap(({ fields }) => [...(fields?.keys() ?? [])]))].slice(0, mostColumns);
    this.#columns = columns;
    const taken = [...fixed, ...rest];
    const names = columns.map((name) => (taken.includes(name) ? `value.${name}` : name));
    const rows = this.#waiting.map((row) => this.#write(row));
    this.#waiting = [];
    return [csvRow([...fixed, ...names, ...rest]), ...rows].join("");
  }

  #write({ fixed, headers, fields, value, encoding }: Row): string {
    const columns = this.#columns ?? [];
    const told = fields !== undefined && fields.size < mostFields && [...fields.keys()].every((name) => columns.includes(name));
    return csvRow([...fixed, ...columns.map((name) => fields?.get(name) ?? null), headers, told ? null : value, encoding]);
  }
}

function rowOf({ partition, offset, timestampMs, exactTimestampMs, key, value, headers }: KafkaRecord): Row {
  const [keyText, keyIsText] = textOf(key);
  const [valueText, valueIsText] = textOf(value);
  const found = valueIsText && valueText !== null && /^[\s\ufeff]*[{[]/.test(valueText) ? fieldsOf(valueText)?.cells : undefined;
  const encoded = [!keyIsText && "key=base64", !valueIsText && "value=base64"].filter((one) => one !== false);
  return {
    fixed: [partition, offset, timestampMs === -1 ? null : (exactTimestampMs?.toString() ?? timeText(timestampMs)), keyText],
    headers: headers.length === 0 ? null : JSON.stringify(headers.map(({ name, value: its }) => [name, textOf(its)[0]])),
    fields: found && found.size > 0 && !found.has(wholeValue) ? found : undefined,
    value: valueText,
    encoding: encoded.length > 0 ? encoded.join(" ") : null,
  };
}

function textOf(bytes: Uint8Array | null): [text: string | null, isText: boolean] {
  if (bytes === null) return [null, true];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? [buffer.toString(), true] : [buffer.toString("base64"), false];
}
