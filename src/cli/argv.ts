/**
 * Command lines, exactly as typed. cac turns '007' into 7 and takes '-10' for an option, so it is
 * given a ticket (#0, #1, …) in place of every text, with each option's value already attached to
 * it; the texts are put back afterwards.
 */
import { KtError } from "../errors.ts";
import type { OptionSpecs } from "../options/kinds.ts";
import { nearest } from "./nearest.ts";

export interface Ticketed {
  /** What cac may parse. */
  argv: string[];
  /** The text that a ticket stands for; any other value as it is. */
  redeem(ticket: unknown): string;
}

interface Flag {
  /** The long name, whichever was typed: cac would keep the values of two names apart. */
  name: string;
  takesValue: boolean;
  /** What the next word must look like to be the value of an option that has one only sometimes. */
  valueLike: RegExp | undefined;
}

function knownFlags(specs: OptionSpecs): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const spec of Object.values(specs)) {
    const names = spec.flags.replace(/ [<[].*$/, "").split(", ");
    const long = names.at(-1) as string;
    for (const name of names)
      flags.set(name, { name: long, takesValue: spec.kind !== "flag", valueLike: spec.kind === "optional" ? spec.valueLike : undefined });
  }
  for (const name of ["--help", "-h"]) flags.set(name, { name: "--help", takesValue: false, valueLike: undefined });
  return flags;
}

/**
 * @param argv the words after the command's own
 * @param commandWords how the command is called, for errors
 * @throws KtError usage for an unknown option or a missing value
 */
export function ticket(argv: string[], specs: OptionSpecs, commandWords: string): Ticketed {
  const flags = knownFlags(specs);
  const texts: string[] = [];
  const out: string[] = [];
  const hold = (text: string) => `#${texts.push(text) - 1}`;
  const unknown = (name: string) => {
    const near = nearest(
      name,
      [...flags.keys()].filter((flag) => flag.startsWith("--")),
    );
    return KtError.usage(`${commandWords} has no option ${name}.`, near ? `Did you mean ${near}?` : `${commandWords} --help shows its options.`);
  };

  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    const value = (flag: Flag, typed: string, attached: string | undefined) => {
      const text = attached ?? (flag.valueLike && !flag.valueLike.test(argv[i + 1] ?? "") ? "" : argv[++i]);
      if (text === undefined) throw KtError.usage(`${typed} needs a value.`, `${commandWords} --help shows it.`);
      out.push(`${flag.name}=${hold(text)}`);
    };
    if (word === "--") {
      for (const rest of argv.slice(i + 1)) out.push(hold(rest));
      break;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word : word.slice(0, equals);
      const flag = flags.get(name);
      if (!flag) throw unknown(name);
      if (flag.takesValue) value(flag, name, equals < 0 ? undefined : word.slice(equals + 1));
      else if (equals >= 0) throw KtError.usage(`${name} takes no value.`);
      else out.push(flag.name);
    } else if (/^-[^\d-]/.test(word)) {
      // Short ones may stand together; what follows one that takes a value is its value.
      for (let at = 1; at < word.length; at++) {
        const flag = flags.get(`-${word[at]}`);
        if (!flag) throw unknown(`-${word[at]}`);
        if (flag.takesValue) {
          value(flag, `-${word[at]}`, at + 1 < word.length ? word.slice(at + 1) : undefined);
          break;
        }
        out.push(flag.name);
      }
    } else {
      out.push(hold(word));
    }
  }
  return {
    argv: out,
    redeem: (ticketed) => (typeof ticketed === "string" && ticketed.startsWith("#") ? (texts[Number(ticketed.slice(1))] ?? ticketed) : String(ticketed)),
  };
}
