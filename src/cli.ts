/** The command table, and the way from argv to a command that runs. */
import { cac } from "cac";
import { ticket } from "./argv.ts";
import { KtError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import {
  consumeOptions,
  createOptions,
  describeOptions,
  emitVideoOptions,
  listOptions,
  type OptionSpec,
  type OptionSpecs,
  produceOptions,
  type Resolved,
  serveOptions,
} from "./options.ts";
import { versionText } from "./version.ts";

interface CommandSpec {
  /** The words that call it. */
  words: string;
  /** Its arguments, as cac writes them: <required>, [optional], [...many]. */
  args: string;
  summary: string;
  options: OptionSpecs;
  examples: [string, string];
  load(): Promise<(args: string[], options: never) => Promise<void>>;
}

/** Ties a command's options to what its function takes; loaded only when it is called. */
function command<Specs extends OptionSpecs>(
  words: string,
  args: string,
  summary: string,
  options: Specs,
  examples: [string, string],
  load: () => Promise<(args: string[], options: Resolved<Specs>) => Promise<void>>,
): CommandSpec {
  return { words, args, summary, options, examples, load };
}

const commands: CommandSpec[] = [
  command(
    "topic create",
    "<name>",
    "Create a topic",
    createOptions,
    ["kt topic create video", "kt topic create scores --partitions 3 --config retention.ms=86400000"],
    async () => (await import("./commands/topic.ts")).create,
  ),
  command(
    "topic list",
    "",
    "List topics with partitions, replicas and records",
    listOptions,
    ["kt topic list", "kt topic list --json"],
    async () => (await import("./commands/topic.ts")).list,
  ),
  command(
    "topic describe",
    "<name>",
    "Show a topic's partitions, watermarks and settings",
    describeOptions,
    ["kt topic describe video", "kt topic describe video --json"],
    async () => (await import("./commands/topic.ts")).describe,
  ),
  command(
    "produce",
    "<topic> [...values]",
    "Send each value as a record, or each line of stdin",
    produceOptions,
    ['kt produce sample "hi"', "kt consume a --json --exit | kt produce b --json"],
    async () => (await import("./commands/produce.ts")).produce,
  ),
  command(
    "consume",
    "<...topics>",
    "Print records as they arrive, or write their pictures into files",
    consumeOptions,
    ["kt consume sample --from -10 --json --exit", "kt consume video --record out.mp4 --from @2026-01-31T12:00:00Z --until @2026-01-31T12:05:00Z"],
    async () => (await import("./commands/consume.ts")).consume,
  ),
  command(
    "emit-video",
    "<...inputs>",
    "Send each frame of videos, cameras or images as a record",
    emitVideoOptions,
    ["kt emit-video clip.mp4", "kt emit-video door=rtsp://cam1/stream yard=clip.mp4 test=testsrc --topic 'cam-{name}'"],
    async () => (await import("./commands/emit-video.ts")).emitVideo,
  ),
  command(
    "serve",
    "",
    "Serve the page and the streams to browsers and programs",
    serveOptions,
    ["kt serve", "kt serve --host 0.0.0.0 --port 8080"],
    async () => (await import("./commands/serve.ts")).serve,
  ),
];

const groups = [...new Set(commands.filter(({ words }) => words.includes(" ")).map(({ words }) => words.split(" ")[0] as string))];

/** Runs what the words ask for; resolves when it is done. @throws KtError */
export async function run(argv: string[]): Promise<void> {
  if (argv[0] === "help") return run([...argv.slice(1), "--help"]);
  if (argv[0] === "--version" || argv[0] === "-V") return print(`${versionText()}\n`);
  const group = groups.includes(argv[0] ?? "") ? argv[0] : undefined;
  const words = group && argv[1] && !argv[1].startsWith("-") ? `${group} ${argv[1]}` : (argv[0] ?? "");
  const spec = commands.find((candidate) => candidate.words === words);
  if (spec) return runCommand(spec, argv.slice(words.split(" ").length));
  if (words === "" || words === "--help" || words === "-h") return print(overview(commands, "kt <command> [options]"));
  if (words === group)
    return print(
      overview(
        commands.filter((candidate) => candidate.words.startsWith(`${group} `)),
        `kt ${group} <command> [options]`,
      ),
    );
  if (words.startsWith("-")) throw KtError.usage(`Options come after the command, and '${words}' is no command.`, "kt --help shows the commands.");
  const near = nearest(words, [...commands.map((candidate) => candidate.words), ...groups]);
  throw KtError.usage(`There is no command '${words}'.`, near ? `Did you mean kt ${near}?` : "kt --help shows the commands.");
}

async function runCommand(spec: CommandSpec, argv: string[]): Promise<void> {
  const name = `kt ${spec.words}`;
  if (argv[0] === "--help" || argv[0] === "-h") return print(commandHelp(spec));
  const tickets = ticket(argv, spec.options, name);
  if (tickets.argv.includes("--help")) return print(commandHelp(spec));
  const cli = cac("kt");
  const declared = cli.command(`${spec.words} ${spec.args}`, spec.summary);
  for (const option of Object.values(spec.options)) declared.option(option.flags, option.summary);
  declared.action(() => {});
  cli.parse(["", "", spec.words, ...tickets.argv], { run: false });
  try {
    await cli.runMatchedCommand();
  } catch {
    // Options were checked already, so what cac can refuse is the number of arguments.
    throw KtError.usage(
      `${name} takes ${spec.args || "no arguments"}, and was given ${cli.args.length === 0 ? "none" : cli.args.map((arg) => `'${tickets.redeem(arg)}'`).join(" ")}.`,
      `${name} --help shows an example.`,
    );
  }
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(spec.options)) options[key] = readOption(option, cli.options, tickets.redeem);
  const call = await spec.load();
  await call(cli.args.map(tickets.redeem), options as never);
}

/** Flag, then environment, then default. */
function readOption(option: OptionSpec<unknown>, parsed: Record<string, unknown>, redeem: (ticket: unknown) => string): unknown {
  const long = longFlag(option);
  const given = parsed[long.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  if (option.kind === "flag") return option.read(given ? [""] : [], long);
  const texts = given === undefined ? [] : [given].flat().map(redeem);
  const environment = option.env ? process.env[option.env] : undefined;
  if (texts.length === 0 && environment) return option.read([environment], option.env as string);
  return option.read(texts, long);
}

function longFlag(option: OptionSpec<unknown>): string {
  return /--[a-z-]+/.exec(option.flags)?.[0] as string;
}

function commandHelp(spec: CommandSpec): string {
  const rows = Object.values(spec.options).map((option) => {
    const details = [option.defaultText && `default: ${option.defaultText}`, option.env && `environment: ${option.env}`].filter(Boolean).join("; ");
    const flags = option.flags.startsWith("--") ? `    ${option.flags}` : option.flags;
    return [flags, option.summary + (details ? ` (${details})` : "")] as const;
  });
  const usage = ["kt", spec.words, spec.args, "[options]"].filter(Boolean).join(" ");
  return `${spec.summary}.\n\nUsage:\n  ${usage}\n\nOptions:\n${columns(rows)}\n\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}\n`;
}

function overview(specs: CommandSpec[], usage: string): string {
  const rows = specs.map((spec) => [`${spec.words} ${spec.args}`.trim(), spec.summary] as const);
  return `kt puts live video and live data on Kafka, and shows it.\n\nUsage:\n  ${usage}\n\nCommands:\n${columns(rows)}\n\nkt help <command> shows the options of a command; kt --version the versions.\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

function print(text: string): void {
  process.stdout.write(text);
}
