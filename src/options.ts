/**
 * Every option once: its flags, effect, default, environment name and validation. Help prints from
 * here, and what a command receives is typed from here, with every default filled in.
 */
import { KtError } from "./errors.ts";
import type { KafkaConfig } from "./kafka/config.ts";
import { type Header, parsePosition } from "./record.ts";

export interface OptionSpec<T> {
  /** As cac wants them: "-n, --count <n>". */
  flags: string;
  /** The effect, then the danger where there is one. */
  summary: string;
  /** As the user would type it; undefined where the option is simply absent by default. */
  defaultText?: string;
  env?: string;
  kind: "flag" | "value" | "list";
  /** Texts exactly as typed; none when the option was not given. @throws KtError usage */
  read(texts: string[], label: string): T;
}

export type OptionSpecs = Record<string, OptionSpec<unknown>>;
export type Resolved<Specs> = { [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer T> ? T : never };

interface Details {
  default?: string;
  env?: string;
}

function flag(flags: string, summary: string): OptionSpec<boolean> {
  return { flags, summary, kind: "flag", read: (texts) => texts.length > 0 };
}

/** One value; of several the last counts, as with any command line tool. */
function value<T>(flags: string, summary: string, parse: (text: string, label: string) => T, details: Details & { default: string }): OptionSpec<T>;
function value<T>(flags: string, summary: string, parse: (text: string, label: string) => T, details?: Details): OptionSpec<T | undefined>;
function value<T>(flags: string, summary: string, parse: (text: string, label: string) => T, details: Details = {}): OptionSpec<T | undefined> {
  const read = (texts: string[], label: string) => {
    const text = texts.at(-1) ?? details.default;
    return text === undefined ? undefined : parse(text, label);
  };
  return { flags, summary, kind: "value", defaultText: details.default, env: details.env, read };
}

function list<T>(flags: string, summary: string, parse: (text: string, label: string) => T): OptionSpec<T[]> {
  return { flags, summary, kind: "list", read: (texts, label) => texts.map((text) => parse(text, label)) };
}

const text = (given: string) => given;

/** A whole number in a range, both ends included. */
function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (given: string, label: string): number => {
    const number = Number(given);
    if (!/^-?\d+$/.test(given) || number < least || number > most) {
      const range = most === Number.MAX_SAFE_INTEGER && !(number > most) ? `${least} or more` : `from ${least} to ${most}`;
      throw KtError.usage(`${label} must be a whole number, ${range}, not '${given}'.`);
    }
    return number;
  };
}

function pair(given: string, label: string): [string, string] {
  const equals = given.indexOf("=");
  if (equals < 1) throw KtError.usage(`${label} takes name=value, not '${given}'.`);
  return [given.slice(0, equals), given.slice(equals + 1)];
}

function header(given: string, label: string): Header {
  const [name, content] = pair(given, label);
  return { name, value: Buffer.from(content) };
}

/** What every command that talks to Kafka takes. */
export const connectionOptions = {
  brokers: value("-b, --brokers <list>", "Brokers to begin with, host:port, by commas", text, { default: "localhost:9092", env: "KT_BROKERS" }),
  property: list("-X, --property <name=value>", "A librdkafka property; may be repeated, and wins over kt's own", pair),
  debug: flag("--debug", "Show the client's log, and where an error came from"),
};

const json = flag("--json", "Print JSON");
const topicName = "Topic to send frames to; it is created when it is missing";

export const createOptions = {
  ...connectionOptions,
  partitions: value("-p, --partitions <n>", "Number of partitions", integer(1, 100_000), { default: "1" }),
  replicationFactor: value("-r, --replication-factor <n>", "Number of brokers that keep each partition", integer(1, 32_767), { default: "1" }),
  config: list("-c, --config <name=value>", "A setting of the topic; may be repeated", pair),
  json,
};
export const listOptions = { ...connectionOptions, json };
export const describeOptions = { ...connectionOptions, json };

export const produceOptions = {
  ...connectionOptions,
  key: value("-k, --key <text>", "Key of each record (none: null)", text),
  header: list("-H, --header <name=value>", "A header of each record; may be repeated", header),
  partition: value("-p, --partition <n>", "Partition to send to (otherwise by key, or at random)", integer(0, 2_147_483_647)),
};

export const consumeOptions = {
  ...connectionOptions,
  from: value("-f, --from <position>", "Where to begin: start, end, an offset, -N (the last N), @time (RFC 3339 or ms)", parsePosition, { default: "start" }),
  count: value("-n, --count <n>", "Stop after so many records", integer(1)),
  exit: flag("-e, --exit", "Stop at the end that was there at the start"),
  group: value("-g, --group <name>", "Join a consumer group: continue where it stopped, commit what was printed", text),
  json: flag("--json", "Print a JSON object a line, with nothing left out"),
};

export const emitVideoOptions = {
  ...connectionOptions,
  topic: value("-t, --topic <name>", topicName, text, { default: "video", env: "KT_TOPIC" }),
  name: value("--name <text>", "Name of the stream, the key of its records (otherwise from the file's name)", text),
  fast: flag("--fast", "As fast as it goes, instead of in real time"),
  loop: flag("--loop", "Begin again at the end, for ever"),
  quality: value("-q, --quality <n>", "JPEG quality, 2 (best, large) to 31 (worst, small)", integer(2, 31), { default: "5" }),
  ffmpeg: value("--ffmpeg <path>", "ffmpeg to use (otherwise FFMPEG_BIN, the one inside kt, then PATH)", text, { env: "FFMPEG_BIN" }),
};

export const serveOptions = {
  ...connectionOptions,
  host: value("--host <address>", "Address to listen on; 0.0.0.0 opens it to the network, without a password", text, { default: "127.0.0.1" }),
  port: value("-p, --port <n>", "Port to listen on; 0 takes a free one", integer(0, 65_535), { default: "5000" }),
};

/** The connection that the options ask for. */
export function kafkaConfig(options: Resolved<typeof connectionOptions>): KafkaConfig {
  return { brokers: options.brokers, properties: Object.fromEntries(options.property), debug: options.debug };
}
