/** Lines of stdin or of files into records, each by what the options say of it. */
import { KtError } from "../errors.ts";
import { BadInput, type InputParser } from "../format/input.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import { shutdown } from "../terminal/shutdown.ts";
import { PipeClosed, writeOut } from "../terminal/stdout.ts";
import { eachPortion, PieceTooLong } from "./files.ts";
import type { Sender } from "./send.ts";

export interface LineSource {
  /** Files; undefined is stdin. */
  paths: (string | undefined)[];
  delimiter: Buffer;
  parse: InputParser;
  /** The partition, or -1, where each line is a value and nothing else: then no line is looked at by itself. */
  plainTo: number | undefined;
  /** A longer line cannot be a record. */
  mostLineBytes: number;
  /** Whether stdout gets the input as well. */
  tee: boolean;
}

/** @throws KtError bad_input for a line that is no record */
export async function sendLines(sender: Sender, producer: RecordProducer, source: LineSource): Promise<void> {
  for (const path of source.paths) if (!sender.enough) await sendFile(sender, producer, source, path);
}

async function sendFile(sender: Sender, producer: RecordProducer, source: LineSource, path: string | undefined): Promise<void> {
  const { delimiter, parse, plainTo, tee } = source;
  const [delimiterByte = 0] = delimiter;
  let line = 0;
  let teeing = tee;
  const copy = async (bytes: Buffer) => {
    if (!teeing) return;
    await writeOut(bytes).catch((error) => {
      // Who reads the copy may go; the records are sent all the same.
      if (!(error instanceof PipeClosed)) throw error;
      teeing = false;
    });
  };
  const one = async (piece: Buffer) => {
    line++;
    try {
      await sender.piece(piece, parse);
    } catch (error) {
      throw error instanceof BadInput ? badLine(line, path, error) : error;
    }
  };
  const rest = await eachPortion(path, delimiter, source.mostLineBytes, async (memory, end) => {
    await copy(memory.subarray(0, end));
    if (plainTo !== undefined && delimiter.length === 1) {
      await producer.submitLines(sender.topic, plainTo, memory, end, delimiterByte, shutdown);
      return sender.enough ? "enough" : "more";
    }
    for (let from = 0; from < end; ) {
      if (sender.enough) return "enough";
      const to = memory.indexOf(delimiter, from);
      await one(memory.subarray(from, to));
      from = to + delimiter.length;
    }
    await sender.submit();
    return "more";
  }).catch((error) => {
    if (!(error instanceof PieceTooLong)) throw error;
    const message = `${path === undefined ? "stdin" : `'${path}'`} has no ${JSON.stringify(delimiter.toString())} for longer than a record of ${sender.topic} may be.`;
    throw new KtError({ code: "bad_input", message, hint: "--delimiter says what ends each record; --files takes a whole file for one." });
  });
  // What an interrupt cut off is no whole line.
  if (rest.length === 0 || shutdown.aborted) return;
  await copy(rest);
  await one(rest);
  await sender.submit();
}

function badLine(line: number, path: string | undefined, cause: BadInput): KtError {
  return new KtError({
    code: "bad_input",
    message: `Line ${line} of ${path === undefined ? "stdin" : `'${path}'`} ${cause.message}.`,
    hint: "--skip-bad leaves such lines out.",
    cause,
  });
}
