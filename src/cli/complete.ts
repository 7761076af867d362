/** kt __complete WORD…: what the last word may become, a line each, for the shells' scripts of kt completion. */

import type { OptionSpec } from "../options/kinds.ts";
import { connectionOptions, kafkaConfig } from "../options/options.ts";
import { writeOut } from "../terminal/stdout.ts";
import { ticket } from "./argv.ts";
import type { CommandSpec } from "./command-spec.ts";

/** Words with what they mean, or what else the shell or the broker knows. */
export type Candidates = { from: "words"; words: (readonly [word: string, meaning: string])[] } | { from: "topics" | "groups" } | { from: "files" };

/** A person who presses Tab waits no longer. */
const brokerTimeoutMs = 900;

export async function complete(words: string[], table: CommandSpec[]): Promise<void> {
  const candidates = candidatesFor(words, table);
  // The shell completes files by itself when nothing is printed.
  if (candidates.from === "files") return;
  const last = words.at(-1) ?? "";
  const found = candidates.from === "words" ? candidates.words : (await namesFromBroker(candidates.from, words, table)).map((name) => [name, ""] as const);
  const matching = found.filter(([word]) => word.startsWith(last));
  await writeOut(Buffer.from(matching.map(([word, meaning]) => `${word}\t${meaning}\n`).join("")));
}

/** @param words what follows kt on the line; the last is the one to be completed, and may be empty */
export function candidatesFor(words: string[], table: CommandSpec[]): Candidates {
  const typed = words.slice(0, -1).filter((word, i) => !(i === 0 && word === "help"));
  const current = words.at(-1) ?? "";
  const spec = commandOf(typed, table);
  if (!spec) return { from: "words", words: nextWords(typed, table, words.length === 1) };
  const rest = typed.slice(spec.words.split(" ").length);
  const before = rest.at(-1);
  const options = Object.values(spec.options);
  const valued = before?.startsWith("-") && !before.includes("=") ? options.find((option) => namesOf(option).includes(before)) : undefined;
  if (valued && valued.kind !== "flag" && valued.kind !== "optional") return valuesOf(valued);
  if (current.startsWith("-"))
    return {
      from: "words",
      words: options.flatMap((option) =>
        namesOf(option)
          .slice(-1)
          .map((name) => [name, option.summary] as const),
      ),
    };
  return argumentsOf(spec);
}

const namesOf = (option: OptionSpec<unknown>) => option.flags.replace(/ [<[].*$/, "").split(", ");

function commandOf(typed: string[], table: CommandSpec[]): CommandSpec | undefined {
  return table.find(({ words }) => typed.slice(0, words.split(" ").length).join(" ") === words);
}

function nextWords(typed: string[], table: CommandSpec[], first: boolean): [string, string][] {
  const next = new Map<string, string>();
  for (const { words, summary } of table) {
    const [word, second] = words.split(" ") as [string, string | undefined];
    if (typed.length === 0) next.set(word, second === undefined ? summary : (next.get(word) ?? "") + (next.has(word) ? ", " : "") + second);
    else if (typed.length === 1 && word === typed[0] && second !== undefined) next.set(second, summary);
  }
  if (first) next.set("help", "Show a command's options");
  return [...next];
}

function valuesOf(option: OptionSpec<unknown>): Candidates {
  if (option.choices) return { from: "words", words: option.choices.map((choice) => [choice, ""]) };
  const name = namesOf(option).at(-1);
  if (name === "--topic") return { from: "topics" };
  if (name === "--group") return { from: "groups" };
  return /<(file|path|pattern)>/.test(option.flags) ? { from: "files" } : { from: "words", words: [] };
}

function argumentsOf({ words, args }: CommandSpec): Candidates {
  if (words === "completion") return { from: "words", words: ["bash", "zsh", "fish"].map((shell) => [shell, ""]) };
  if (words.startsWith("group ")) return { from: "groups" };
  if (words === "topic create" || args === "") return { from: "words", words: [] };
  if (words.startsWith("topic ") || /topic/.test(args)) return { from: "topics" };
  return { from: "files" };
}

/** Nothing where no broker answers in time. */
async function namesFromBroker(kind: "topics" | "groups", words: string[], table: CommandSpec[]): Promise<string[]> {
  const late = Bun.sleep(brokerTimeoutMs).then((): string[] => []);
  const names = async () => {
    const { openAdmin } = await import("../kafka/admin/admin.ts");
    const admin = await openAdmin(connectionOf(words, table));
    if (kind === "groups") return (await admin.groups.list()).map(({ group }) => group);
    return (await admin.topics()).map(({ name }) => name).filter((name) => !name.startsWith("__"));
  };
  return Promise.race([names().catch(() => []), late]);
}

/** Of the connection's options as far as they are typed, the environment and the file. */
function connectionOf(words: string[], table: CommandSpec[]): ReturnType<typeof kafkaConfig> {
  const spec = commandOf(words, table);
  const typed = words.slice(spec?.words.split(" ").length ?? 0, -1);
  // An option whose value is being completed has none yet.
  if (typed.at(-1)?.startsWith("-")) typed.pop();
  const { argv, redeem } = ticket(typed, spec?.options ?? {}, "kt");
  const texts = (name: string) => argv.filter((word) => word.startsWith(`${name}=`)).map((word) => redeem(word.slice(name.length + 1)));
  const read = <T>(option: OptionSpec<T>, ...names: string[]): T => {
    const given = names.flatMap(texts);
    const environment = option.env && process.env[option.env];
    return given.length === 0 && environment ? option.read([environment], option.env as string) : option.read(given, names[0] as string);
  };
  return kafkaConfig({
    brokers: read(connectionOptions.brokers, "--brokers"),
    configFile: read(connectionOptions.configFile, spec?.words.startsWith("topic ") && "config" in spec.options ? "--config-file" : "--config"),
    profile: read(connectionOptions.profile, "--profile"),
    property: read(connectionOptions.property, "--property"),
    quiet: true,
    log: "text",
    debug: false,
  });
}
