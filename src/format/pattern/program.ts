/** A pattern's tree as steps over the bytes of UTF-8. Pure. */
import { type Assertion, type Node, PatternError, type Range } from "./parse.ts";

export type Step =
  | { op: "byte"; from: number; to: number; next: number }
  | { op: "either"; next: number; or: number }
  | { op: "assert"; what: Assertion; next: number }
  | { op: "found" };

export interface Program {
  steps: Step[];
  start: number;
}

/** What a pattern may take: the time of one byte grows with it, where that byte is seen for the first time. */
const mostSteps = 2000;

/** @throws PatternError for one that is too large */
export function compile(tree: Node): Program {
  const steps: Step[] = [{ op: "found" }];
  const add = (step: Step) => {
    if (steps.length >= mostSteps) throw new PatternError("is too large: repeat less, or ask for less at once");
    return steps.push(step) - 1;
  };
  /** @returns where to begin, so that `next` follows */
  const build = (node: Node, next: number): number => {
    switch (node.kind) {
      case "cat":
        return node.of.reduceRight((after, inner) => build(inner, after), next);
      case "or":
        return either(node.of.map((inner) => build(inner, next)));
      case "assert":
        return add({ op: "assert", what: node.what, next });
      case "repeat":
        return repeat(node, next);
      case "set":
        return either(joined(node.ranges).flatMap(([from, to]) => sequences(from, to).map((bytes) => bytes.reduceRight((after, [low, high]) => add({ op: "byte", from: low, to: high, next: after }), next)))); // biome-ignore format: one thought
    }
  };
  const either = (begins: number[]): number => {
    // A class of nothing matches nothing: a byte that is none.
    if (begins.length === 0) return add({ op: "byte", from: 1, to: 0, next: 0 });
    return begins.reduceRight((or, begin) => add({ op: "either", next: begin, or }));
  };
  const repeat = ({ of, least, most }: Extract<Node, { kind: "repeat" }>, next: number): number => {
    let begin = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop = add({ op: "either", next: 0, or: next });
      const body = build(of, loop);
      steps[loop] = { op: "either", next: body, or: next };
      begin = loop;
    } else for (let i = least; i < most; i++) begin = add({ op: "either", next: build(of, begin), or: next });
    for (let i = 0; i < least; i++) begin = build(of, begin);
    return begin;
  };
  const start = build(tree, 0);
  return { steps, start };
}

function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = all.at(-1);
    if (before && from <= before[1] + 1) all[all.length - 1] = [before[0], Math.max(before[1], to)];
    else all.push([from, to]);
  }
  return all;
}

/** The ends of what takes one, two and three bytes (RFC 3629), and what stands on both sides of the surrogates. */
const ends = [0x7f, 0x7ff, 0xd7ff, 0xdfff, 0xffff];
const isSurrogate = (point: number) => point >= 0xd800 && point <= 0xdfff;

/** Code points [from, to] as sequences of ranges of bytes. */
function sequences(from: number, to: number): Range[][] {
  for (const end of ends) if (from <= end && to > end) return [...sequences(from, end), ...sequences(end + 1, to)];
  if (isSurrogate(from)) return [];
  for (let bits = to <= 0x7f ? 24 : 6; bits < 24; bits += 6) {
    const mask = (1 << bits) - 1;
    if ((from & ~mask) === (to & ~mask)) continue;
    if ((from & mask) !== 0) return [...sequences(from, from | mask), ...sequences((from | mask) + 1, to)];
    if ((to & mask) !== mask) return [...sequences(from, (to & ~mask) - 1), ...sequences(to & ~mask, to)];
  }
  const [low, high] = [Buffer.from(String.fromCodePoint(from)), Buffer.from(String.fromCodePoint(to))];
  return [[...low].map((byte, i): Range => [byte, high[i] as number])];
}
