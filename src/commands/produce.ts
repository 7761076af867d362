/** kt produce: values, lines or files into records. */
import { KtError } from "../errors.ts";
import { unescapeText } from "../format/escapes.ts";
import { type InputParser, lineParser } from "../format/input.ts";
import type { Delivery } from "../kafka/produce/packer.ts";
import { TopicWatch } from "../kafka/produce/topic-watch.ts";
import type { Resolved } from "../options/kinds.ts";
import { kafkaConfig, type produceOptions } from "../options/options.ts";
import { checkFiles, wholeFile } from "../produce/files.ts";
import { type LineSource, sendLines } from "../produce/lines.ts";
import { checkLive, sendLive } from "../produce/live.ts";
import { openForMany, openForOne } from "../produce/open.ts";
import { Sender } from "../produce/send.ts";
import { settle } from "../produce/settle.ts";
import { checkTopicName } from "../record.ts";
import { rateText, showProgress } from "../terminal/meter.ts";
import { isTerminal, note } from "../terminal/terminal.ts";

/** What a byte of a record may be in JSON, at most, and some for what stands around it. */
const escapedBytes = 8;
/** Of a topic whose own limit cannot be asked for. */
const presumedLimit = 16 << 20;

type Options = Resolved<typeof produceOptions>;

export async function produce(args: string[], options: Options): Promise<void> {
  const [topic, ...values] = args as [string, ...string[]];
  checkTopicName(topic);
  const live = checkLive(options, values);
  if (!live) checkOptions(values, options);
  if (!live && (options.files || options.lines)) checkFiles(values);
  const source = live ? undefined : await lineSource(values, options);
  const config = kafkaConfig(options, { "compression.codec": options.compression, acks: options.acks });
  const transactional = options.transaction || "transactional.id" in config.properties;
  const typed = source !== undefined && source.paths[0] === undefined && isTerminal(0);
  if (typed) note(`Each line is a record for ${topic}; Ctrl-D ends.`);
  const encode = options.encode && (await (await import("../registry/schemas.ts")).encoder(options, options.encode, topic));
  let last: Delivery | undefined;
  const one = !source && !live && values.length === 1 && options.count === undefined;
  const wish = { topic, transaction: transactional ? `kt-${crypto.randomUUID()}` : undefined };
  const { producer, limit } = one ? await openForOne(config, wish, (delivery) => (last = delivery)) : await openForMany(config, wish);
  const sender = new Sender(producer, { ...options, topic, headers: options.header, encode });
  const sending = live
    ? sendLive(sender, producer, options, await pieceParser(options))
    : source
      ? sendLines(sender, producer, { ...source, mostLineBytes: escapedBytes * Math.max(1 << 20, limit ?? presumedLimit) })
      : sendValues(sender, values, options);
  const gone = Promise.withResolvers<void>();
  const progress = () => ({ delivered: producer.delivered, failed: producer.failed, waiting: producer.sent - producer.delivered - producer.failed });
  const watch = new TopicWatch(progress, () => producer.hasTopic(topic), gone.resolve);
  const hideProgress = one || typed ? () => {} : showProgress((seconds) => `${topic}: ${rateText(producer.delivered, seconds)}`);
  await settle({ sending, sender, producer, config, topic, transactional, gone: gone.promise }).finally(() => {
    watch.stop();
    hideProgress();
  });
  if (last) note(`${topic}: partition ${last.partition}, ${last.offset < 0 ? "not acknowledged" : `offset ${last.offset}`}`);
  else note(`${topic}: ${producer.delivered} delivered${sender.skipped > 0 ? `, ${sender.skipped} left out` : ""}`);
}

function checkOptions(values: string[], options: Options): void {
  const { files, lines, json, key, keyDelimiter, null: emptyIsNull, delimiter, tee, skipBad } = options;
  if (files && lines) throw KtError.usage("--files takes each file for a record, --lines each line of it: they do not go together.");
  if ((files || lines) && values.length === 0) throw KtError.usage(`${files ? "--files" : "--lines"} needs the names of files after the topic.`);
  for (const [given, name] of [
    [key !== undefined, "--key"],
    [keyDelimiter !== undefined, "--key-delimiter"],
    [emptyIsNull, "--null"],
  ] as const)
    if (json && given) throw KtError.usage(`--json and ${name} do not go together: each line says what its key and value are.`);
  if (values.length === 0 || lines) return;
  for (const [given, name] of [
    [json, "--json"],
    [delimiter !== undefined, "--delimiter"],
    [keyDelimiter !== undefined, "--key-delimiter"],
    [tee, "--tee"],
    [skipBad, "--skip-bad"],
  ] as const)
    if (given)
      throw KtError.usage(`${name} is about lines of input, and there are none beside ${files ? "--files" : "a value"}.`, "--lines reads files by lines.");
}

/** Undefined where the arguments are the records, or files that are. */
async function lineSource(values: string[], options: Options): Promise<Omit<LineSource, "mostLineBytes"> | undefined> {
  if (values.length > 0 && !options.lines) return undefined;
  const { key, keyDelimiter, null: emptyIsNull, json, header, count, rate, partition, tee } = options;
  const delimiter = options.delimiter === undefined ? Buffer.from("\n") : unescapeText(options.delimiter);
  if (delimiter.length === 0) throw KtError.usage("--delimiter must not be empty.");
  const plain =
    key === undefined &&
    keyDelimiter === undefined &&
    !emptyIsNull &&
    !json &&
    header.length === 0 &&
    options.encode === undefined &&
    count === undefined &&
    rate === undefined;
  const parse = await pieceParser(options);
  return { paths: options.lines ? values : [undefined], delimiter, parse, plainTo: plain ? (partition ?? -1) : undefined, tee };
}

async function pieceParser(options: Options): Promise<InputParser> {
  return options.json ? (await import("../format/json-input.ts")).parseEnvelope : valueParser(options);
}

function valueParser({ key, keyDelimiter, null: emptyIsNull }: Options): InputParser {
  if (keyDelimiter === "") throw KtError.usage("--key-delimiter must not be empty.");
  return lineParser({
    key: key === undefined ? null : Buffer.from(key),
    keyDelimiter: keyDelimiter === undefined ? undefined : unescapeText(keyDelimiter),
    emptyIsNull,
  });
}

/** The values, or the files' contents; over and over where more are wanted. */
async function sendValues(sender: Sender, values: string[], options: Options): Promise<void> {
  const parse = valueParser(options);
  const contents = values.map((value) => (options.files ? () => wholeFile(value) : () => Buffer.from(value)));
  do {
    for (const content of contents) {
      if (sender.enough) return;
      await sender.piece(content(), parse);
    }
  } while (options.count !== undefined);
}
