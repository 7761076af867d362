/** Which records somebody looks for, as the paths that search and export take it. */
import { KtError } from "../../../errors.ts";
import { PatternError } from "../../../format/pattern/parse.ts";
import { compilePattern } from "../../../format/pattern/pattern.ts";
import type { Asked } from "../../../hub/search/stretches.ts";
import type { Wanted } from "../../../hub/search/wanted.ts";
import { integer, type Parameter, positions, text, type Values } from "../../query.ts";

/** No machine has more than a few milliseconds for one. */
const longestPattern = 1000;

export const wantedQuery = {
  from: positions("Where to begin: start, 42, -10 (of each partition), @2026-01-31T12:00:00Z, @-1h, or 0=42,1=17 (otherwise the start)"),
  until: positions("Before which place to end, as from (otherwise the end that was there at the start)"),
  partition: integer("Only this partition", { least: 0, most: 2_147_483_647 }, undefined),
  key: text("Only records with exactly this key"),
  header: header("Only records with this header: name=value, or the name alone"),
  contains: text("Only records whose key or value has this text, byte for byte"),
  regex: pattern("Only records whose value this regular expression is in; (?i) in front takes capitals and small letters for the same"),
};

export function askedOf(topic: string, { from, until, partition }: Values<typeof wantedQuery>): Asked {
  return { topic, from, until, partition };
}

export function wantedOf({ key, header, contains, regex }: Values<typeof wantedQuery>): Wanted {
  return { key: bytesOf(key), header, contains: contains === "" ? undefined : bytesOf(contains), pattern: regex };
}

const bytesOf = (given: string | undefined) => (given === undefined ? undefined : Buffer.from(given));

function header(summary: string): Parameter<Wanted["header"]> {
  return {
    summary,
    schema: { type: "string" },
    read(given, name) {
      if (given === null) return undefined;
      const [, itsName = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(given) ?? [];
      if (itsName === "") throw KtError.usage(`${name} takes a header's name, or name=value, not '${given}'.`);
      return { name: itsName, value: bytesOf(value) };
    },
  };
}

function pattern(summary: string): Parameter<string | undefined> {
  return {
    summary,
    schema: { type: "string" },
    read(given, name) {
      if (given === null || given === "") return undefined;
      if (given.length > longestPattern) throw KtError.usage(`${name} has ${given.length} characters, and at most ${longestPattern} are taken.`);
      try {
        compilePattern(given);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        throw KtError.usage(`${name}: '${given}' ${error.message}.`);
      }
      return given;
    },
  };
}
