/** kt consume's records on stdout: as they are through a pipe, as people can read them on a terminal. */
import { KtError } from "../errors.ts";
import { ByteWriter } from "../format/byte-writer.ts";
import { unescapeText } from "../format/escapes.ts";
import { BadInput } from "../format/input.ts";
import { writeEnvelope } from "../format/json-writer.ts";
import type { BytesOptions } from "../format/modifiers.ts";
import { compileTemplate, type RecordWriter } from "../format/template.ts";
import { type Part, parseTemplate } from "../format/template-parts.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { writeValues } from "../kafka/read/value-writer.ts";
import type { PackedRecords } from "../record.ts";
import type { Decoded } from "../registry/schemas.ts";
import { passOut, stdoutClosed, writeOut } from "../terminal/stdout.ts";
import { stdoutIsTerminal } from "../terminal/terminal.ts";

export interface ConsumeOutput {
  /** Aborts when nobody takes the output any more. */
  readonly closed: AbortSignal | undefined;
  /** Whether it needs a batch's bytes longer than write takes. */
  readonly keeps: boolean;
  /** Whether it only passes values on, as they are. */
  readonly passesOn: boolean;
  /** Whether it counts by itself, what --count is about, and closes then. */
  readonly counts?: boolean;
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
  /** Before they are printed, keys and values become JSON. */
  decoded?: (batch: PackedRecords) => Promise<Decoded>;
}

/** @throws KtError usage */
export async function printing(options: PrintOptions): Promise<ConsumeOutput> {
  const render = await renderer(options);
  const { format, json, delimiter, keyDelimiter } = options;
  const { decoded } = options;
  const values = !decoded && format === undefined && !json && delimiter === undefined && keyDelimiter === undefined && !options.null && !stdoutIsTerminal;
  return {
    closed: stdoutClosed(),
    keeps: false,
    passesOn: values,
    write: async (batch) => {
      if (values) return passOut((descriptor, here) => writeValues(descriptor, batch, newline[0] as number, here));
      const { records, failure } = decoded ? await decoded(batch) : { records: batch, failure: undefined };
      const rendered = render(records);
      await writeOut(rendered.bytes);
      const first = rendered.failure ?? failure;
      if (first) throw first;
    },
    end: async () => {},
    discard: async () => {},
  };
}

const newline = Buffer.from("\n");

/** A batch as it is printed, up to the first record that cannot be printed so. */
interface Rendered {
  bytes: Buffer;
  failure: KtError | undefined;
}

async function renderer(options: PrintOptions): Promise<(batch: PackedRecords) => Rendered> {
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

function rendering(write: RecordWriter): (batch: PackedRecords) => Rendered {
  const out = new ByteWriter();
  return (batch) => {
    out.clear();
    let index = 0;
    let end = 0;
    try {
      for (; index < batch.length; index++) {
        write(batch, index, out);
        end = out.length;
      }
      return { bytes: out.written, failure: undefined };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const message = `${error.message} (${batch.topic(index)}, partition ${batch.partition(index)}, offset ${batch.offset(index)}).`;
      return { bytes: out.written.subarray(0, end), failure: new KtError({ code: "bad_input", message, cause: error }) };
    }
  };
}

async function bytesOptions(showNull: boolean): Promise<BytesOptions> {
  if (!stdoutIsTerminal) return { nullText: showNull ? "NULL" : "" };
  const { forTerminal } = await import("./printable.ts");
  return { nullText: showNull ? "NULL" : "<null>", show: forTerminal };
}
