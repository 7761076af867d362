/** kt consume's records on stdout: as they are through a pipe, as people can read them on a terminal. */
import { KtError } from "../errors.ts";
import { ByteWriter } from "../format/byte-writer.ts";
import { unescapeText } from "../format/escapes.ts";
import { writeEnvelope } from "../format/json-writer.ts";
import type { BytesOptions } from "../format/modifiers.ts";
import { compileTemplate, type RecordWriter } from "../format/template.ts";
import { type Part, parseTemplate } from "../format/template-parts.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import type { PackedRecords } from "../record.ts";
import { stdoutClosed, stdoutIsTerminal, writeOut, writeOutPieces } from "../terminal.ts";

export interface ConsumeOutput {
  /** Aborts when nobody takes the output any more. */
  readonly closed: AbortSignal | undefined;
  write(batch: RecordBatch): Promise<void>;
  /** Everything was written. */
  end(): Promise<void>;
  /** It failed: what is unfinished goes away. */
  discard(): Promise<void>;
}

export interface PrintOptions {
  format: string | undefined;
  json: boolean;
  delimiter: string | undefined;
  keyDelimiter: string | undefined;
  null: boolean;
  /** Before they are printed, values become JSON. */
  decoded?: (batch: PackedRecords) => Promise<PackedRecords>;
}

/** @throws KtError usage */
export async function printing(options: PrintOptions): Promise<ConsumeOutput> {
  const render = await renderer(options);
  const { format, json, delimiter, keyDelimiter } = options;
  const { decoded } = options;
  const values = !decoded && format === undefined && !json && delimiter === undefined && keyDelimiter === undefined && !options.null && !stdoutIsTerminal;
  return {
    closed: stdoutClosed(),
    write: async (batch) =>
      decoded
        ? writeOut(render(await decoded(batch)))
        : values && batch.bytes > batch.length * largeBytes
          ? writeOutPieces(valuePieces(batch))
          : writeOut(render(batch)),
    end: async () => {},
    discard: async () => {},
  };
}

const newline = Buffer.from("\n");

/** Records of this size are cheaper to hand to the kernel one by one than to copy into one piece. */
const largeBytes = 4096;

function valuePieces(batch: RecordBatch): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < batch.length; index++) {
    const value = batch.value(index);
    if (value && value.length > 0) pieces.push(value);
    pieces.push(newline);
  }
  return pieces;
}

async function renderer(options: PrintOptions): Promise<(batch: PackedRecords) => Buffer> {
  const { format, json, delimiter, keyDelimiter } = options;
  const layouts = [format !== undefined && "--format", json && "--json", (delimiter ?? keyDelimiter) !== undefined && "--delimiter or --key-delimiter"];
  const [first, second] = layouts.filter((layout) => layout !== false);
  if (second !== undefined) throw KtError.usage(`${first} and ${second} do not go together.`);
  const end = delimiter === undefined ? newline : unescapeText(delimiter);
  if (json)
    return rendering((records, index, out) => {
      writeEnvelope(records, index, out);
      out.bytes(newline);
    });
  return rendering(compileTemplate(format === undefined ? delimited(keyDelimiter, end) : parseTemplate(format), await bytesOptions(options.null)));
}

function delimited(keyDelimiter: string | undefined, end: Buffer): (Part | Uint8Array)[] {
  const field = (token: string): Part => ({ token, modifier: undefined });
  return [...(keyDelimiter === undefined ? [] : [field("k"), unescapeText(keyDelimiter)]), field("s"), end];
}

function rendering(write: RecordWriter): (batch: PackedRecords) => Buffer {
  const out = new ByteWriter();
  return (batch) => {
    out.clear();
    for (let index = 0; index < batch.length; index++) write(batch, index, out);
    return out.written;
  };
}

async function bytesOptions(showNull: boolean): Promise<BytesOptions> {
  if (!stdoutIsTerminal) return { nullText: showNull ? "NULL" : "" };
  const { forTerminal } = await import("./consume-terminal.ts");
  return { nullText: showNull ? "NULL" : "<null>", show: forTerminal };
}
