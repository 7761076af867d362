/**
 * Regular expressions over bytes, in a time that grows with the bytes and nothing else: who may search a server's log must
 * not be able to hold it up, as (a+)+$ does the engine of JavaScript, for years. The states that are met are made once each.
 */

import { literalOf } from "./literal.ts";
import { type Assertion, PatternError, parsePattern } from "./parse.ts";
import { compile, type Program } from "./program.ts";

export interface Pattern {
  /** What stands wherever it is; "" where nothing does. */
  readonly literal: string;
  /** Whether it is anywhere in bytes [from, to). @throws PatternError for one that has too many states */
  isIn(bytes: Uint8Array, from: number, to: number): boolean;
}

const found = 0;
const unknown = -1;
/** A kilobyte each. Those that are met are few; of a pattern that has more they are made again, */
const mostStates = 1000;
/** unless each is good for fewer bytes than that: it would take a tenth of a millisecond for every byte. */
const leastBytesAState = 10;

interface State {
  /** Where the steps go on, in order. */
  at: number[];
  isStart: boolean;
  afterWord: boolean;
  /** Whether it is found where the bytes end here; undefined until somebody asks. */
  foundAtEnd?: boolean;
}

interface Around {
  isStart: boolean;
  isEnd: boolean;
  afterWord: boolean;
  beforeWord: boolean;
}

/** @throws PatternError */
export function compilePattern(text: string): Pattern {
  const tree = parsePattern(text);
  return new LazyStates(compile(tree), literalOf(tree));
}

class LazyStates implements Pattern {
  readonly literal: string;
  readonly #program: Program;
  #states: State[] = [];
  #numbers = new Map<string, number>();
  #next = new Int32Array(0);
  /** That were looked at since the states began. */
  #bytes = Number.POSITIVE_INFINITY;
  #first = 0;

  constructor(program: Program, literal: string) {
    this.#program = program;
    this.literal = literal;
    this.#begin();
  }

  isIn(bytes: Uint8Array, from: number, to: number): boolean {
    this.#bytes += to - from;
    let state = this.#first;
    let table = this.#next;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      let next = table[(state << 8) | byte] as number;
      if (next === unknown) {
        next = this.#step(state, byte);
        table = this.#next;
      }
      if (next === found) return true;
      state = next;
    }
    const last = this.#states[state] as State;
    last.foundAtEnd ??= this.#reach(last, { ...last, isEnd: true, beforeWord: false }) === undefined;
    return last.foundAtEnd;
  }

  #begin(): void {
    if (this.#bytes < mostStates * leastBytesAState) throw new PatternError("has too many states: ask for less at once");
    this.#bytes = 0;
    this.#numbers.clear();
    // The first number is of what is found, which has no state.
    this.#states = [{ at: [], isStart: false, afterWord: false }];
    this.#next = new Int32Array(64 << 8).fill(unknown);
    this.#first = this.#numberOf({ at: [], isStart: true, afterWord: false });
  }

  #step(number: number, byte: number): number {
    const state = this.#states[number] as State;
    const beforeWord = isWord(byte);
    const reached = this.#reach(state, { ...state, isEnd: false, beforeWord });
    let next = found;
    if (reached) {
      const at: number[] = [];
      for (const place of reached) {
        const step = this.#program.steps[place];
        if (step?.op === "byte" && byte >= step.from && byte <= step.to) at.push(step.next);
      }
      const isFull = this.#states.length >= mostStates;
      if (isFull) this.#begin();
      next = this.#numberOf({ at: [...new Set(at)].sort((a, b) => a - b), isStart: false, afterWord: beforeWord });
      if (isFull) return next;
    }
    this.#next[(number << 8) | byte] = next;
    return next;
  }

  #numberOf(state: State): number {
    const name = `${state.isStart ? "s" : ""}${state.afterWord ? "w" : ""}${state.at.join()}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#states.push(state) - 1;
    this.#numbers.set(name, number);
    if (this.#states.length << 8 > this.#next.length) {
      const longer = new Int32Array(this.#next.length * 2).fill(unknown);
      longer.set(this.#next);
      this.#next = longer;
    }
    return number;
  }

  /** All steps that take no byte, from the state's and from the begin, as it may begin anywhere; undefined where it is found. */
  #reach({ at }: State, around: Around): Set<number> | undefined {
    const { steps, start } = this.#program;
    const reached = new Set<number>();
    const waiting = [start, ...at];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (reached.has(place)) continue;
      reached.add(place);
      const step = steps[place];
      if (step?.op === "found") return undefined;
      if (step?.op === "either") waiting.push(step.next, step.or);
      else if (step?.op === "assert" && holds(step.what, around)) waiting.push(step.next);
    }
    return reached;
  }
}

function holds(what: Assertion, { isStart, isEnd, afterWord, beforeWord }: Around): boolean {
  switch (what) {
    case "start":
      return isStart;
    case "end":
      return isEnd;
    case "word":
      return afterWord !== beforeWord;
    case "notWord":
      return afterWord === beforeWord;
  }
}

/** [0-9A-Za-z_], as \b has it. */
function isWord(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || (byte >= 0x61 && byte <= 0x7a);
}
