/** The command table, and the way from argv to a command that runs. */
import { cac } from "cac";
import { KtError } from "../errors.ts";
import { fetchAddon } from "../kafka/addon/addon.ts";
import { longFlag, type OptionSpec } from "../options/kinds.ts";
import { writeOut } from "../terminal/stdout.ts";
import { hush, logJson } from "../terminal/terminal.ts";
import { versionText } from "../version.ts";
import { ticket } from "./argv.ts";
import type { CommandSpec } from "./command-spec.ts";
import { commands } from "./command-table.ts";
import { commandHelp, overview } from "./help.ts";
import { nearest } from "./nearest.ts";

const groups = [...new Set(commands.filter(({ words }) => words.includes(" ")).map(({ words }) => words.split(" ")[0] as string))];

/** Runs what the words ask for; resolves when it is done. @throws KtError */
export async function run(argv: string[]): Promise<void> {
  if (argv[0] === "help") return run([...argv.slice(1), "--help"]);
  if (argv[0] === "__complete") return (await import("./complete.ts")).complete(argv.slice(1), commands);
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
  if (/^(-X ?|--property[= ])list$/.test(argv.join(" "))) return listProperties();
  if (words.startsWith("-")) throw KtError.usage(`Options come after the command, and '${words}' is no command.`, "kt --help shows the commands.");
  const near = nearest(words, [...commands.map((candidate) => candidate.words), ...groups]);
  throw KtError.usage(`There is no command '${words}'.`, near ? `Did you mean kt ${near}?` : "kt --help shows the commands.");
}

async function runCommand(spec: CommandSpec, argv: string[]): Promise<void> {
  const name = `kt ${spec.words}`;
  if (argv[0] === "--help" || argv[0] === "-h") return print(commandHelp(spec));
  const tickets = ticket(argv, spec.options, name);
  if (tickets.argv.includes("--help")) return print(commandHelp(spec));
  if (tickets.argv.some((word) => word.startsWith("--property=") && tickets.redeem(word.slice("--property=".length)) === "list")) return listProperties();
  // Whoever takes --brokers will want the client: it comes while the rest of the command is read.
  if ("brokers" in spec.options) void fetchAddon();
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
  const args = cli.args.map(tickets.redeem);
  // As a shell writes for a variable that is not set.
  const empty = placeholders(spec.args, args.length).findIndex((placeholder, i) => placeholder.startsWith("<") && args[i] === "");
  if (empty >= 0) throw KtError.usage(`${name} takes ${placeholders(spec.args, args.length)[empty]}, and was given ''.`, `${name} --help shows an example.`);
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(spec.options)) options[key] = readOption(option, cli.options, tickets.redeem);
  const call = await spec.load();
  if (options.quiet) hush();
  if (options.log === "json") logJson();
  await call(args, options as never, commands);
}

async function listProperties(): Promise<void> {
  await (await import("../admin/properties.ts")).listProperties();
}

/** Flag, then environment, then default. */
function readOption(option: OptionSpec<unknown>, parsed: Record<string, unknown>, redeem: (ticket: unknown) => string): unknown {
  const long = longFlag(option);
  const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  // cac takes --no-x for an x that is false.
  const given = long.startsWith("--no-") ? parsed[camel(long.slice(5))] === false : parsed[camel(long.slice(2))];
  if (option.kind === "flag" && given) return option.read([""], long);
  const texts = given === undefined || option.kind === "flag" ? [] : [given].flat().map(redeem);
  const environment = option.env ? process.env[option.env] : undefined;
  if (texts.length === 0 && (environment || (environment === "" && option.emptyEnv))) return option.read([environment], option.env as string);
  return option.read(texts, long);
}

function print(text: string): Promise<void> {
  return writeOut(Buffer.from(text));
}

/** What each of so many arguments is: the last placeholder is all the rest. */
function placeholders(spec: string, count: number): string[] {
  const words = spec.split(" ");
  return Array.from({ length: count }, (_, i) => words[Math.min(i, words.length - 1)] as string);
}
