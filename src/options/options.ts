/**
 * Every option once: its flags, effect, default, environment name and validation. Help prints from
 * here, and what a command receives is typed from here, with every default filled in.
 */
import { showAddress } from "../address.ts";
import { build } from "../build.ts";
import { KtError } from "../errors.ts";
import { hostName } from "../host-name.ts";
import { type Header, parsePositions } from "../record.ts";
import { parseBytes, parseDuration, splitWords } from "../units.ts";
import { type Connection, defaultBrokers, type Named, resolveConnection } from "./connection.ts";
import { decimal, filled, flag, integer, list, oneOf, otherwise, pair, type Resolved, text, times, value } from "./kinds.ts";
import { accessOptions, names, secret } from "./options-access.ts";
import { liveOptions } from "./options-live.ts";
import { takeOptions } from "./options-take.ts";
import { view } from "./options-view.ts";
import { overlay } from "./overlay.ts";

/** 1280x720; either side may be left out: 1280x, x720. */
function pictureSize(given: string, label: string): { width: number | undefined; height: number | undefined } {
  const [, width, height] = /^(\d{0,5})x(\d{0,5})$/.exec(given) ?? [];
  if (!Number(width) && !Number(height)) throw KtError.usage(`${label} takes a size such as 1280x720, 1280x or x720, not '${given}'.`);
  return { width: Number(width) || undefined, height: Number(height) || undefined };
}

function named(given: string, label: string): Named {
  // A variable of the environment that is empty counts as none.
  return { text: label.startsWith("-") ? filled(given, label) : given, by: label };
}

/** A value may be a password: what was typed wrongly is not repeated. */
function property(given: string, label: string): [string, string] {
  if (given.indexOf("=") < 1) throw KtError.usage(`${label} takes name=value.`, "-X list shows the names; a password is better kept in a file (--config).");
  return pair(given, label);
}

function header(given: string, label: string): Header {
  const [name, content] = pair(given, label);
  return { name, value: Buffer.from(content) };
}

/** A header that a record must have: with this value, or with any. */
export interface HeaderWanted {
  name: string;
  value: Buffer | undefined;
}

function headerWanted(given: string, label: string): HeaderWanted {
  if (!given.includes("=") && given !== "") return { name: given, value: undefined };
  const [name, content] = pair(given, label);
  return { name, value: Buffer.from(content) };
}

function address(given: string, label: string): string {
  if (given.trim() === "") throw KtError.usage(`${label} must not be empty.`, "0.0.0.0 listens on every address.");
  return given.replace(/^\[(.*)\]$/, "$1");
}

/** A port of this machine's own address, or of the one before it: 9100, 0.0.0.0:9100, [::]:9100. */
function listenAt(given: string, label: string): { hostname: string; port: number } {
  const colon = given.lastIndexOf(":");
  const port = integer(0, 65_535)(given.slice(colon + 1), label);
  return { hostname: colon < 0 ? "127.0.0.1" : address(given.slice(0, colon), label), port };
}

function host(given: string, label: string): string {
  const name = hostName(given);
  if (name === undefined) throw KtError.usage(`${label} takes a name such as kt.example, not '${given}'.`);
  return name;
}

/** As browsers write it: scheme, host, and a port that is not the scheme's own. */
function origin(given: string, label: string): string {
  if (given === "*") return given;
  const found = URL.canParse(given) ? new URL(given).origin : "null";
  if (found === "null") throw KtError.usage(`${label} takes an origin such as https://wall.example, or *, not '${showAddress(given)}'.`);
  return found;
}

/** What every command that talks to Kafka takes. */
export const connectionOptions = {
  brokers: {
    ...value("-b, --brokers <list>", "Brokers to begin with, host:port, by commas", named, { env: "KT_BROKERS" }),
    defaultText: defaultBrokers,
  },
  configFile: value("-F, --config <file>", "A file of librdkafka properties, such as kcat's (otherwise ~/.config/kt/kt.conf)", named, { env: "KT_CONFIG" }),
  profile: value("--profile <name>", "The part of that file to use: what follows its line [name]", named, { env: "KT_PROFILE" }),
  property: list("-X, --property <name=value>", "A librdkafka property; may be repeated, and wins over kt's own and the file's; -X list shows all", property),
  quiet: flag("--quiet", "No notes and no progress on stderr; errors are still told"),
  log: value("--log <format>", "json: what is told on stderr is an object a line, and there is no progress", oneOf("text", "json"), {
    env: "KT_LOG",
    default: "text",
  }),
  debug: flag("--debug", "Show the client's log, and where an error came from"),
};

/** Which ffmpeg is taken where none is named on the command line. */
const ffmpegOrder = build.ffmpeg ? `FFMPEG_BIN, then the one inside kt, ${build.ffmpeg}` : "FFMPEG_BIN, then the one in PATH; none is inside this kt";

const codecs = ["auto", "mjpeg", "png", "h264", "copy"] as const;

const registry = value("--registry <url>", "The Schema Registry (otherwise schema.registry.url of the properties)", text, { env: "KT_REGISTRY" });

export const produceOptions = {
  ...connectionOptions,
  key: value("-k, --key <text>", "Key of each record that brings none (otherwise null)", text),
  header: list("-H, --header <name=value>", "A header of each record; may be repeated", header),
  partition: value("-p, --partition <n>", "Partition to send to; -1 is by key, or at random (otherwise that of the JSON, or -1)", integer(-1, 2_147_483_647)),
  delimiter: value("-D, --delimiter <text>", "What ends each record of the input: \\n, \\x00, ---\\n (otherwise a newline)", text),
  keyDelimiter: value("-K, --key-delimiter <text>", "What stands between the key and the value of each line", text),
  null: flag("-Z, --null", "Send empty keys and values as null: a value that is null deletes its key from a compacted topic"),
  json: flag("-J, --json", "Each line is what kt consume --json prints, and is sent exactly so"),
  files: flag("--files", "The arguments are names of files, each a record"),
  lines: flag("-l, --lines", "The arguments are names of files, to be read as stdin is; of --url and --exec: each line of what comes is a record"),
  skipBad: flag("--skip-bad", "Leave out lines that are no record, and count them, instead of stopping there"),
  count: value("-n, --count <n>", "Stop after so many records; values that are arguments are sent over and over until then", integer(1)),
  rate: value("--rate <n>", "Records a second (otherwise as fast as it goes)", decimal(0.001)),
  tee: flag("-T, --tee", "Copy the input to stdout as well"),
  compression: otherwise("none", value("-z, --compression <codec>", "none, gzip, snappy, lz4 or zstd", oneOf("none", "gzip", "snappy", "lz4", "zstd"))),
  acks: otherwise(
    "all",
    value("--acks <n>", "Brokers that must have a record: all, 1, or 0, which takes the sending for the delivery", oneOf("all", "1", "0")),
  ),
  transaction: flag("--transaction", "All or nothing: readers see no record before all are there, and none when anything fails"),
  encode: value(
    "--encode <format>",
    "Make each value, which is JSON, by the newest schema of the topic in a Schema Registry: avro, json or protobuf (its first message)",
    oneOf("avro", "json", "protobuf"),
  ),
  registry,
  ...liveOptions,
};

export const consumeOptions = {
  ...connectionOptions,
  from: value(
    "-o, --from <position>",
    "Where to begin: start, end, an offset, -N (the last N records of each partition), @time (RFC 3339, ms, or @-1h); P=POSITION,… for some partitions; stored with --group",
    (given) => parsePositions(given, { at: "start" }),
    { default: "start" },
  ),
  until: value("-u, --until <position>", "Stop in front of a position, as --from takes it; one that is still to come is waited for", (given) =>
    parsePositions(given, { at: "end" }),
  ),
  exit: flag("-e, --exit", "Stop at the end that was there at the start"),
  count: value("-n, --count <n>", "Stop after so many records", integer(1)),
  partition: list("-p, --partition <n>", "Only this partition; may be repeated", integer(0, 2_147_483_647)),
  key: value("-k, --key <text>", "Only records with exactly this key, such as the stream of a camera", text),
  header: list("-H, --header <name[=value]>", "Only records with this header; may be repeated, and all must be there", headerWanted),
  grep: value("--grep <pattern>", "Only records whose value matches a regular expression; (?i) in front ignores case", text),
  group: value("-g, --group <name>", "Join a consumer group: continue where it stopped, commit what was printed", filled),
  isolation: otherwise(
    "committed",
    value(
      "--isolation <level>",
      "committed or uncommitted: whether records of unfinished and aborted transactions are left out",
      oneOf("committed", "uncommitted"),
    ),
  ),
  format: value(
    "-f, --format <template>",
    "Print each record so: %t topic, %p partition, %o offset, %T time, %k key, %s value, %h headers, %K %S sizes; %s{hex}, {base64}, {json}, {unpack[i h]}, %T{rfc3339}; \\n \\t \\x00",
    text,
  ),
  json: flag("-J, --json", "Print a JSON object a line, with nothing left out"),
  delimiter: value("-D, --delimiter <text>", "What ends each record: \\n, \\x00 (otherwise a newline)", text),
  keyDelimiter: value("-K, --key-delimiter <text>", "Print the key in front of the value, and this between them", text),
  null: flag("-Z, --null", "Print NULL for a null key or value, which is otherwise printed as nothing"),
  decode: value(
    "--decode <format>",
    "Print values that were made by a schema of a Schema Registry as JSON: auto, avro, json or protobuf; auto leaves others as they are",
    oneOf("auto", "avro", "json", "protobuf"),
  ),
  decodeKey: value("--decode-key <format>", "The same for keys", oneOf("auto", "avro", "json", "protobuf")),
  registry,
  save: value("--save <pattern>", "Write each picture to a file, frames/%06d.jpg or .png; {key} stands for the stream", filled),
  record: value("--record <file>", "Write the pictures of a stream to an MP4 with their own times; H.264 is not encoded again", filled),
  view,
  force: flag("--force", "Let --save and --record overwrite files that exist"),
  ffmpeg: value("--ffmpeg <path>", `ffmpeg to use (otherwise ${ffmpegOrder})`, text, { env: "FFMPEG_BIN" }),
};

export const emitVideoOptions = {
  ...connectionOptions,
  topic: value("-t, --topic <name>", "Topic to send frames to, created when it is missing; {name} stands for the stream's name", filled, {
    default: "video",
    env: "KT_TOPIC",
  }),
  name: value("--name <text>", "Name of the stream, the key of its records (otherwise NAME= before the input, or the file's name)", text),
  codec: value(
    "-c, --codec <name>",
    "auto, mjpeg, png, h264 or copy; auto leaves H.264, JPEG and PNG untouched, and makes JPEG of the rest",
    oneOf(...codecs),
    {
      default: "auto",
    },
  ),
  quality: value("-q, --quality <n>", "2 (best, large) to 31 (worst, small), where frames are encoded (otherwise 5)", integer(2, 31)),
  size: value("-s, --size <WxH>", "Scale the frames: 1280x720, or one side and the other follows (1280x, x720)", pictureSize),
  fps: value("--fps <n>", "Frames a second: leaves some out or repeats some", decimal(0.001)),
  keyint: value("--keyint <n>", "Frames from one key frame to the next, where H.264 is encoded", integer(1, 100_000), { default: "60" }),
  filter: value("--filter <filters>", "ffmpeg's -vf", text),
  inputOptions: value("--input-options <words>", "Options of ffmpeg for reading the input, such as '-rtsp_transport udp'", splitWords, { default: "" }),
  speed: value("--speed <n>", "Times real time: 2 is twice as fast", decimal(0.001), { default: "1" }),
  every: value("--every <time>", "A frame every so often (200ms), whatever the source says", parseDuration),
  fast: flag("--fast", "As fast as it goes, instead of in real time"),
  loop: times("--loop [n]", "Play the source n times, or for ever"),
  start: value("--start <time>", "Begin there: 90, 1:30 or 1500ms (untouched H.264: at the key frame before)", parseDuration),
  duration: value("--duration <time>", "Stop after so much of the source", parseDuration),
  live: flag("--live", "Take the input for a camera: never slow it down, date each frame by when it came"),
  listen: flag(
    "--listen",
    "Wait at rtmp:// and srt:// inputs for whoever publishes there (OBS, ffmpeg, a phone), one after the other: rtmp://127.0.0.1:1935/live/KEY",
  ),
  retries: value("--retries <n>", "How often a camera that was lost is tried again (otherwise for ever)", integer(0)),
  buffer: value("--buffer <size>", "How many bytes may wait for Kafka; then a file waits, and a camera's frames are left out", parseBytes, { default: "64MB" }),
  bufferFrames: value("--buffer-frames <n>", "How many frames may wait for Kafka", integer(1), { default: "4096" }),
  fit: flag("--fit", "Make JPEG frames smaller that are too large for the topic"),
  stats: value("--stats <format>", "json: an object a second on stderr, instead of the progress line", oneOf("json")),
  metricsPort: value("--metrics-port <[host:]n>", "Serve Prometheus metrics on this port of 127.0.0.1, or of that address; 0 takes a free one", listenAt),
  ffmpeg: value("--ffmpeg <path>", `ffmpeg to use (otherwise ${ffmpegOrder})`, text, { env: "FFMPEG_BIN" }),
};

export const serveOptions = {
  ...connectionOptions,
  host: value("--host <address>", "Address to listen on; 0.0.0.0 opens it to the network: say --no-auth, or set a token", address, { default: "127.0.0.1" }),
  port: value("-p, --port <n>", "Port to listen on; 0 takes a free one", integer(0, 65_535), { default: "5000" }),
  token: value("--token <text>", "What every request must bring, as a bearer token, as ?token= or as a password; auto makes one", secret, {
    env: "KT_TOKEN",
    emptyEnv: true,
  }),
  noAuth: flag("--no-auth", "Beyond this machine too, ask for no token: everyone there can read every topic"),
  allowHost: list("--allow-host <name>", "Another name that leads here, where no token is asked for; may be repeated", host),
  allowOrigin: list("--allow-origin <origin>", "A site whose pages may have what is served, https://wall.example, or * for all; may be repeated", origin),
  wait: flag("--wait", "Start also where no broker answers yet, and wait for it", { env: "KT_WAIT" }),
  groups: list(
    "--groups <pattern>",
    "Consumer groups that may be moved: a name, or a pattern with * and ?, or with ^ a regular expression; may be repeated (otherwise those that never had a member)",
    names,
  ),
  ...accessOptions,
  overlay: list(
    "--overlay <detections=video>",
    "A topic of detections, and the topic that it is drawn over; may be repeated (otherwise kt finds that out by their keys)",
    overlay,
  ),
  ffmpeg: value("--ffmpeg <path>", `ffmpeg that makes JPEG of H.264 for plain clients (otherwise ${ffmpegOrder})`, text, {
    env: "FFMPEG_BIN",
  }),
  ...takeOptions,
  registry,
};

/**
 * The connection that the options ask for.
 * @param flags properties that have a flag of their own; undefined where it was not given
 * @throws KtError usage
 */
export function kafkaConfig(options: Resolved<typeof connectionOptions>, flags: Record<string, string | undefined> = {}): Connection {
  const given = Object.entries(flags).flatMap(([name, text]): [string, string][] => (text === undefined ? [] : [[name, text]]));
  return resolveConnection({ ...options, property: [...given, ...options.property] });
}
