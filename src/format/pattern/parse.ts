/** A regular expression as a tree: what RE2 takes, without what would have to be tried again and again (references back, looks around). */

/** Code points [from, to], both included. */
export type Range = readonly [from: number, to: number];
export type Assertion = "start" | "end" | "word" | "notWord";
export type Node =
  | { kind: "set"; ranges: readonly Range[] }
  | { kind: "cat" | "or"; of: readonly Node[] }
  | { kind: "repeat"; of: Node; least: number; most: number }
  | { kind: "assert"; what: Assertion };

/** What is wrong with it, to stand behind its name. */
export class PatternError extends Error {}

const last = 0x10ffff;
const mostRepeats = 1000;
const mostDepth = 100;
const digits: Range[] = [[0x30, 0x39]];
const word: Range[] = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** ECMA-262: white space and line terminators. */
const space: Range[] = [[9, 13], [32, 32], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]]; // biome-ignore format: a table
const classes: Record<string, readonly Range[]> = { d: digits, D: outside(digits), w: word, W: outside(word), s: space, S: outside(space) };
const controls: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, 0: 0 };

/** @throws PatternError */
export function parsePattern(text: string): Node {
  const [, flags = "", rest = text] = /^\(\?([a-z]+)\)(.*)$/s.exec(text) ?? [];
  const unknown = /[^is]/.exec(flags)?.[0];
  if (unknown !== undefined) throw new PatternError(`has no flag ${unknown}: there is (?i), which takes capitals and small letters for the same`);
  const parser = new Parser([...rest], flags.includes("i"));
  return parser.whole();
}

class Parser {
  readonly #characters: string[];
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(characters: string[], ignoreCase: boolean) {
    this.#characters = characters;
    this.#ignoreCase = ignoreCase;
  }

  whole(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#characters.length) throw new PatternError("has a ) that nothing opens");
    return node;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }
  #takes(text: string): boolean {
    const is = this.#characters.slice(this.#at, this.#at + text.length).join("") === text;
    if (is) this.#at += text.length;
    return is;
  }

  #alternatives(): Node {
    if (++this.#depth > mostDepth) throw new PatternError(`is nested deeper than ${mostDepth}`);
    const of = [this.#sequence()];
    while (this.#takes("|")) of.push(this.#sequence());
    this.#depth--;
    return of.length === 1 ? (of[0] as Node) : { kind: "or", of };
  }

  #sequence(): Node {
    const of: Node[] = [];
    while (this.#next !== undefined && this.#next !== "|" && this.#next !== ")") of.push(this.#repeated(this.#atom()));
    return { kind: "cat", of };
  }

  #repeated(atom: Node): Node {
    const [least, most] = this.#times() ?? [1, 1];
    if (least === 1 && most === 1) return atom;
    // What takes as little as possible is found as well as what takes all it can.
    this.#takes("?");
    if (this.#times()) throw new PatternError("repeats what is repeated already: put it in (?:…)");
    return { kind: "repeat", of: atom, least, most };
  }

  #times(): [least: number, most: number] | undefined {
    if (this.#takes("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#takes("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#takes("?")) return [0, 1];
    // JSON is looked for as it stands: a brace that counts nothing is one.
    const [all, from, comma, to] = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(this.#characters.slice(this.#at, this.#at + 14).join("")) ?? [];
    if (all === undefined) return undefined;
    this.#at += all.length;
    const least = Number(from);
    const most = comma === undefined ? least : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (most < least) throw new PatternError(`has the numbers of ${all} the wrong way round`);
    if (least > mostRepeats || (most > mostRepeats && most !== Number.POSITIVE_INFINITY)) throw new PatternError(`repeats more than ${mostRepeats} times`);
    return [least, most];
  }

  #atom(): Node {
    const character = this.#characters[this.#at++] as string;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case ".":
        return { kind: "set", ranges: [[0, last]] };
      case "^":
        return { kind: "assert", what: "start" };
      case "$":
        return { kind: "assert", what: "end" };
      case "\\":
        return this.#escaped();
      case "*":
      case "+":
      case "?":
        throw new PatternError(`has nothing in front of ${character} to be repeated: \\${character} is the character`);
    }
    return this.#set([[pointOf(character), pointOf(character)]]);
  }

  #group(): Node {
    if (this.#takes("?")) {
      const named =
        /^<[A-Za-z_]\w*>/.exec(this.#characters.slice(this.#at, this.#at + 40).join(""))?.[0] ??
        /^P<\w+>/.exec(this.#characters.slice(this.#at, this.#at + 40).join(""))?.[0];
      if (named !== undefined) this.#at += named.length;
      else if (!this.#takes(":")) throw new PatternError("looks ahead or back, or sets a flag in the middle: neither is done here");
    }
    const inner = this.#alternatives();
    if (!this.#takes(")")) throw new PatternError("has a ( that nothing closes");
    return inner;
  }

  #escaped(): Node {
    const character = this.#next;
    if (character === "b" || character === "B") {
      this.#at++;
      return { kind: "assert", what: character === "b" ? "word" : "notWord" };
    }
    const found = this.#escape();
    return typeof found === "number" ? this.#set([[found, found]]) : { kind: "set", ranges: found };
  }

  /** What stands behind a backslash: a character, or a class. */
  #escape(): number | readonly Range[] {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new PatternError("ends with a backslash");
    const itsClass = classes[character];
    if (itsClass) return itsClass;
    const control = controls[character];
    if (control !== undefined) return control;
    if (character === "x" || character === "u") return this.#hexadecimal(character);
    if (/[1-9]/.test(character)) throw new PatternError(`refers back with \\${character}, which is not done here`);
    if (/[A-Za-z]/.test(character)) throw new PatternError(`has \\${character}, which is nothing here`);
    return pointOf(character);
  }

  #hexadecimal(letter: "x" | "u"): number {
    const rest = this.#characters.slice(this.#at, this.#at + 10).join("");
    const [all, braced, plain] = (letter === "x" ? /^(?:\{([\da-f]{1,6})\}|([\da-f]{2}))/i : /^(?:\{([\da-f]{1,6})\}|([\da-f]{4}))/i).exec(rest) ?? [];
    const point = Number.parseInt(braced ?? plain ?? "", 16);
    if (all === undefined || point > last) throw new PatternError(`has \\${letter} without its number: \\x41, \\u0041 or \\x{1f600}`);
    this.#at += all.length;
    return point;
  }

  #class(): Node {
    const isOutside = this.#takes("^");
    const ranges: Range[] = [];
    for (let first = true; first || this.#next !== "]"; first = false) {
      if (this.#next === undefined) throw new PatternError("has a [ that nothing closes");
      const from = this.#member();
      if (typeof from !== "number") {
        ranges.push(...from);
        continue;
      }
      const isRange = this.#next === "-" && this.#characters[this.#at + 1] !== "]" && this.#characters[this.#at + 1] !== undefined;
      if (isRange) this.#at++;
      const to = isRange ? this.#member() : from;
      if (typeof to !== "number" || to < from) throw new PatternError("has a range in [ ] whose ends are the wrong way round");
      ranges.push([from, to]);
    }
    this.#at++;
    const set = this.#ignoreCase ? withBothCases(ranges) : ranges;
    return { kind: "set", ranges: isOutside ? outside(set) : set };
  }

  #member(): number | readonly Range[] {
    const character = this.#characters[this.#at++] as string;
    if (character !== "\\") return pointOf(character);
    if (this.#takes("b")) return 8;
    return this.#escape();
  }

  #set(ranges: Range[]): Node {
    return { kind: "set", ranges: this.#ignoreCase ? withBothCases(ranges) : ranges };
  }
}

const pointOf = (character: string) => character.codePointAt(0) as number;

/** Beyond so many, letters of other alphabets stay as they are. */
const mostFolded = 4096;

function withBothCases(ranges: readonly Range[]): Range[] {
  const added: Range[] = [];
  for (const [from, to] of ranges)
    for (let point = from; point <= Math.min(to, from + mostFolded); point++) {
      const character = String.fromCodePoint(point);
      for (const other of [character.toLowerCase(), character.toUpperCase()])
        if (other !== character && [...other].length === 1) added.push([pointOf(other), pointOf(other)]);
    }
  return [...ranges, ...added];
}

function outside(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > next) found.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= last) found.push([next, last]);
  return found;
}
