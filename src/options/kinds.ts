/** What an option can be: a flag, a value, a list, and the values that several take. */
import { KtError } from "../errors.ts";

export interface OptionSpec<T> {
  /** As cac wants them: "-n, --count <n>". */
  flags: string;
  /** The effect, then the danger where there is one. */
  summary: string;
  /** As the user would type it; undefined where the option is simply absent by default. */
  defaultText?: string;
  env?: string;
  /** Whether an empty variable counts: usually it is as good as none, but not where that would leave out a protection. */
  emptyEnv?: boolean;
  /** An optional one may stand alone, and then reads as the empty text. */
  kind: "flag" | "value" | "list" | "optional";
  /** Of an optional one: what the next word must look like to be its value. */
  valueLike?: RegExp;
  /** All values that it takes, where they are few. */
  choices?: string[];
  /** Texts exactly as typed; none when the option was not given. @throws KtError usage */
  read(texts: string[], label: string): T;
}

export type OptionSpecs = Record<string, OptionSpec<unknown>>;
export type Resolved<Specs> = { [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer T> ? T : never };

/** Reads a text; where there are only a few that it takes, they are its choices. */
type Parse<T> = ((text: string, label: string) => T) & { choices?: string[] };

interface Details {
  default?: string;
  env?: string;
  emptyEnv?: boolean;
}

/** Its variable, where it has one, says 1, true or yes, or 0, false or no. */
export function flag(flags: string, summary: string, { env }: Pick<Details, "env"> = {}): OptionSpec<boolean> {
  const read = ([text]: string[], label: string) => {
    if (text === undefined || /^(0|false|no)$/i.test(text)) return false;
    if (text !== "" && !/^(1|true|yes)$/i.test(text)) throw KtError.usage(`${label} takes 1 or 0, not '${text}'.`);
    return true;
  };
  return { flags, summary, kind: "flag", env, read };
}

/** One value; of several the last counts, as with any command line tool. */
export function value<T>(flags: string, summary: string, parse: Parse<T>, details: Details & { default: string }): OptionSpec<T>;
export function value<T>(flags: string, summary: string, parse: Parse<T>, details?: Details): OptionSpec<T | undefined>;
export function value<T>(flags: string, summary: string, parse: Parse<T>, details: Details = {}): OptionSpec<T | undefined> {
  const read = (texts: string[], label: string) => {
    const text = texts.at(-1) ?? details.default;
    return text === undefined ? undefined : parse(text, label);
  };
  return { flags, summary, kind: "value", defaultText: details.default, env: details.env, emptyEnv: details.emptyEnv, choices: parse.choices, read };
}

/** What is so where neither the option nor a properties file says anything else. */
export function otherwise<T>(defaultText: string, option: OptionSpec<T>): OptionSpec<T> {
  return { ...option, defaultText };
}

export function list<T>(flags: string, summary: string, parse: Parse<T>): OptionSpec<T[]> {
  return { flags, summary, kind: "list", read: (texts, label) => texts.map((text) => parse(text, label)) };
}

/** A flag that may be followed by a whole number; undefined where it is not given, Infinity where it stands alone. */
export function times(flags: string, summary: string): OptionSpec<number | undefined> {
  const parse = integer(1);
  const read = (texts: string[], label: string) => {
    const last = texts.at(-1);
    return last === undefined ? undefined : last === "" ? Number.POSITIVE_INFINITY : parse(last, label);
  };
  return { flags, summary, kind: "optional", valueLike: /^\d+$/, read };
}

export const text = (given: string) => given;

/** A text that an empty one is not, as a shell writes for a variable that is not set. */
export function filled(given: string, label: string): string {
  if (given === "") throw KtError.usage(`${label} must not be empty.`);
  return given;
}

/** A whole number in a range, both ends included. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (given: string, label: string): number => {
    const number = Number(given);
    if (!/^-?\d+$/.test(given) || number < least || number > most) {
      const range = most === Number.MAX_SAFE_INTEGER && !(number > most) ? `${least} or more` : `from ${least} to ${most}`;
      throw KtError.usage(`${label} must be a whole number, ${range}, not '${given}'.`);
    }
    return number;
  };
}

export function oneOf<const Choice extends string>(...choices: Choice[]): Parse<Choice> {
  const parse = (given: string, label: string): Choice => {
    const choice = choices.find((candidate) => candidate === given);
    if (choice === undefined) throw KtError.usage(`${label} takes ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}, not '${given}'.`);
    return choice;
  };
  return Object.assign(parse, { choices });
}

export function decimal(least: number) {
  return (given: string, label: string): number => {
    const number = Number(given);
    if (!/^\d*\.?\d+$/.test(given) || number < least || number === 0) throw KtError.usage(`${label} must be a number, ${least} or more, not '${given}'.`);
    return number;
  };
}

export function pair(given: string, label: string): [string, string] {
  const equals = given.indexOf("=");
  if (equals < 1) throw KtError.usage(`${label} takes name=value, not '${given}'.`);
  return [given.slice(0, equals), given.slice(equals + 1)];
}

/** As pair, of what may be a password: what was typed wrongly is not repeated. */
export function secretPair(given: string, label: string): [string, string] {
  if (given.indexOf("=") < 1) throw KtError.usage(`${label} takes name=value.`);
  return pair(given, label);
}

/** Of "-n, --count <n>": --count. */
export function longFlag(option: OptionSpec<unknown>): string {
  return /--[a-z-]+/.exec(option.flags)?.[0] as string;
}
