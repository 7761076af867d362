/** kt produce --url and --exec: what they answer, as records, once or at every turn of a clock. */
import { KtError } from "../errors.ts";
import { BadInput, type InputFields, type InputParser } from "../format/input.ts";
import { jsonEntries } from "../format/json-pieces.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import type { Resolved } from "../options/kinds.ts";
import type { liveOptions } from "../options/options-live.ts";
import { pause } from "../terminal/shutdown.ts";
import { note } from "../terminal/terminal.ts";
import { nounFor } from "../words.ts";
import { commandSource, type LiveSource, webSource } from "./live-source.ts";
import type { Sender } from "./send.ts";

export type LiveOptions = Resolved<typeof liveOptions> & { lines: boolean };

/** @param values what stands after the topic, where nothing may. @throws KtError usage */
export function checkLive(
  options: LiveOptions & {
    tee: boolean;
    files: boolean;
    json: boolean;
    transaction: boolean;
    keyDelimiter: string | undefined;
    skipBad: boolean;
    delimiter: string | undefined;
  },
  values: string[],
): boolean {
  const { url, exec, every, split, keyFrom, onChange, lines, json, keyDelimiter } = options;
  if (url === undefined && exec === undefined) {
    const alone = [every !== undefined && "--every", split !== undefined && "--split", keyFrom !== undefined && "--key-from", onChange && "--on-change"].find(
      Boolean,
    );
    if (alone) throw KtError.usage(`${alone} is about what --url or --exec answers: one of them is missing.`);
    return false;
  }
  if (url !== undefined && exec !== undefined) throw KtError.usage("--url and --exec do not go together.");
  if (values.length > 0 || options.files || options.tee)
    throw KtError.usage(`With ${url ? "--url" : "--exec"} there are no values, no --files and no --tee: the records come from it.`);
  for (const [given, name] of [
    [options.skipBad, "--skip-bad"],
    [options.delimiter !== undefined, "--delimiter"],
  ] as const)
    if (given) throw KtError.usage(`${name} is about stdin and files. Pipe what ${url ? "the address answers" : "the command prints"} into kt produce.`);
  if (every !== undefined && options.transaction) throw KtError.usage("--every and --transaction do not go together: a transaction has an end.");
  if (split !== undefined && lines)
    throw KtError.usage("--split takes the answer for one JSON text, --lines each line of it for a record: they do not go together.");
  if (keyFrom !== undefined && (json || keyDelimiter !== undefined))
    throw KtError.usage("--key-from and --json or --key-delimiter do not go together: there would be two keys.");
  if ((json || keyDelimiter !== undefined) && !lines)
    throw KtError.usage(`${json ? "--json" : "--key-delimiter"} is about lines: --lines takes each line of the answer for a record.`);
  return true;
}

/** @param parse of a record that is no JSON with a key of its own */
export async function sendLive(sender: Sender, producer: RecordProducer, options: LiveOptions, parse: InputParser): Promise<void> {
  const source = liveSource(options);
  const changes = new Changes();
  let failures = 0;
  let undelivered = 0;
  let beganMs = performance.now();
  while (!sender.enough) {
    try {
      const answer = await source.ask();
      if (!answer) return;
      for (const fields of recordsOf(answer, options, parse)) {
        if (sender.enough) break;
        if (!options.onChange || changes.isNew(fields)) await sender.send(fields);
      }
      await sender.submit();
      if (failures > 0) note(`${source.name} is back, after ${failures} failed ${failures === 1 ? "turn" : "turns"}.`);
      failures = 0;
    } catch (error) {
      const known =
        error instanceof BadInput ? new KtError({ code: "bad_input", message: `What ${source.name} answers ${error.message}` }) : KtError.from(error);
      if (options.every === undefined || known.code !== "bad_input") throw known;
      // The first of a row: a site that is away for a night should not fill the log.
      if (failures++ === 0) note(`${known.sentence} It is tried again every ${options.every / 1000} s.`);
    }
    const lost = producer.failed - undelivered;
    if (lost > 0) {
      note(`${lost} ${nounFor(lost, "record")} ${lost === 1 ? "was" : "were"} not delivered.`);
      // What Kafka does not have is sent again, though it is the same.
      changes.clear();
    }
    undelivered = producer.failed;
    if (options.every === undefined || sender.enough) return;
    // By the clock of the first turn; turns that a slow answer missed are left out, not made up for.
    const nowMs = performance.now();
    const turns = Math.max(1, Math.ceil((nowMs - beganMs) / options.every));
    beganMs += turns * options.every;
    if (!(await pause(beganMs - nowMs))) return;
  }
}

function liveSource({ url, exec, requestHeader, attempts, timeout, maxBody }: LiveOptions): LiveSource {
  const limits = { timeoutMs: timeout, maxBytes: maxBody };
  return url ? webSource(url, requestHeader, attempts, limits) : commandSource(exec ?? "", limits);
}

const newline = 10;

/** @throws BadInput before any is sent: an answer counts as a whole, or not at all */
function recordsOf(answer: Buffer, { split, keyFrom, lines }: LiveOptions, parse: InputParser): InputFields[] {
  const pieces = lines ? linesOf(answer) : [answer];
  if (split === undefined && keyFrom === undefined) return pieces.map(parse);
  return pieces
    .flatMap((piece) => jsonEntries(piece, split, keyFrom))
    .map(({ key, value }) => {
      const fields = parse(value);
      return keyFrom === undefined ? fields : { ...fields, key };
    });
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf(newline, from);
    const to = end < 0 ? text.length : end;
    lines.push(text.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/** What each key had last. */
class Changes {
  readonly #last = new Map<string, bigint | number>();

  clear(): void {
    this.#last.clear();
  }

  isNew({ key, value }: InputFields): boolean {
    const name = key === null ? "" : `k${Buffer.from(key).toString("latin1")}`;
    const print = value === null ? 0 : Bun.hash(value);
    if (this.#last.get(name) === print) return false;
    this.#last.set(name, print);
    return true;
  }
}
