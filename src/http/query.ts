/**
 * What may stand behind the ? of a path, each parameter once: its effect, its type, what it is read as.
 * Requests are read by it, and /openapi.json is written from it.
 */
import { KtError } from "../errors.ts";
import { type Position, type Positions, parsePosition, parsePositions } from "../record.ts";

/** JSON Schema, as far as parameters need it. */
export interface Schema {
  type: "string" | "number" | "integer";
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  default?: string | number;
  enum?: readonly string[];
}

export interface Parameter<T> {
  /** The effect, and what it is without one. */
  summary: string;
  schema: Schema;
  /** Whether it may stand there several times. */
  repeated?: boolean;
  /** @param all of those that stand there several times @throws KtError usage, whose sentence names the parameter */
  read(given: string | null, name: string, all: readonly string[]): T;
}

export type Parameters = Record<string, Parameter<unknown>>;
export type Values<P extends Parameters> = { [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never };

/** Parameters that the path does not know are left alone: pages add their own to get past a cache. */
export function readQuery<P extends Parameters>(parameters: P, query: URLSearchParams): Values<P> {
  const values = Object.entries(parameters).map(([name, { read }]) => [name, read(query.get(name), name, query.getAll(name))]);
  return Object.fromEntries(values) as Values<P>;
}

export function text(summary: string): Parameter<string | undefined> {
  return { summary, schema: { type: "string" }, read: (given) => given ?? undefined };
}

export function position<const Default extends Position | undefined>(summary: string, otherwise: Default): Parameter<Position | Default> {
  return {
    summary,
    schema: { type: "string" },
    read(given, name) {
      if (given === null) return otherwise;
      try {
        return parsePosition(withSign(given));
      } catch (error) {
        const { message, hint } = KtError.from(error);
        throw KtError.usage(`${name}: ${message}.`, hint);
      }
    },
  };
}

export function choice<const Option extends string>(summary: string, options: readonly Option[]): Parameter<Option | undefined> {
  return {
    summary,
    schema: { type: "string", enum: options },
    read(given, name) {
      const found = options.find((option) => option === given);
      if (given !== null && found === undefined) throw KtError.usage(`${name} is ${options.join(" or ")}, not '${given}'.`);
      return found;
    },
  };
}

/** One for all partitions, or for some: 0=100,1=@-1h. */
export function positions(summary: string): Parameter<Positions | undefined> {
  return {
    summary,
    schema: { type: "string" },
    read(given, name) {
      if (given === null) return undefined;
      try {
        return parsePositions(withSign(given), { at: "start" });
      } catch (error) {
        const { message, hint } = KtError.from(error);
        throw KtError.usage(`${name}: ${message}.`, hint);
      }
    },
  };
}

/** A time or an offset. */
export function place(summary: string): Parameter<Extract<Position, { at: "offset" | "time" }> | undefined> {
  const { schema, read } = position(summary, undefined);
  return {
    summary,
    schema,
    read(given, name) {
      const found = read(given, name, []);
      if (found === undefined || found.at === "offset" || found.at === "time") return found;
      throw KtError.usage(`${name} takes an offset (42) or a time (2026-01-31T12:00:00Z), not '${given}'.`);
    },
  };
}

/** In an address nobody expects the @ in front of a time; no partition has so many records. */
function withSign(given: string): string {
  return /^(\d{12,}$|\d{4}-\d{2}-\d{2})/.test(given) ? `@${given}` : given;
}

interface Limits {
  /** Included, unless it is zero and the number need not be whole. */
  least: number;
  most: number;
}

export function integer<const Default extends number | undefined>(summary: string, limits: Limits, otherwise: Default): Parameter<number | Default> {
  const { least, most } = limits;
  return {
    summary,
    schema: { type: "integer", minimum: least, maximum: most, default: otherwise },
    read(given, name) {
      if (given === null) return otherwise;
      const number = Number(given);
      if (!/^\d+$/.test(given) || number < least || number > most)
        throw KtError.usage(`${name} must be a whole number from ${least} to ${most}, not '${given}'.`, without(otherwise));
      return number;
    },
  };
}

/** Above zero. */
export function decimal<const Default extends number | undefined>(summary: string, most: number, otherwise: Default): Parameter<number | Default> {
  return {
    summary,
    schema: { type: "number", exclusiveMinimum: 0, maximum: most, default: otherwise },
    read(given, name) {
      if (given === null) return otherwise;
      const number = Number(given);
      if (!/^\d*\.?\d+$/.test(given) || !(number > 0 && number <= most))
        throw KtError.usage(`${name} must be a number above 0 and at most ${most}, not '${given}'.`, without(otherwise));
      return number;
    },
  };
}

/** Of all paths that give pictures. */
export const boxes = integer("1 draws what was seen in a picture into it, as JPEG (lines, without labels)", { least: 0, most: 1 }, 0);

const without = (otherwise: number | undefined) => (otherwise === undefined ? "It can be left out." : `Without it, it is ${otherwise}.`);
