/** Command lines as documents have them, and whether kt takes them. */
import { join } from "node:path";

/**
 * The words of each command of a shell's text: what is quoted is a part of its word, and |, &&, ; and a line's end begin the
 * next command. What $(…) has inside is a command of its own; variables stay as they are, and redirections are left out.
 */
export function shellCommands(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  const add = (more: string) => {
    word = (word ?? "") + more;
  };
  const token =
    /\\\n|\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|\$\((?:[^()]|\([^()]*\))*\)|[^"\\])*)"|\$\(([^()]*)\)|<<'?(\w+)'?\n[\s\S]*?\n\5(?:\n|$)|\d?[<>]+&?\d?|[|&;()\n]|[ \t]+|#[^\n]*|[\s\S]/g;
  let toFile = false;
  for (const [all, escaped, single, double, substituted, here] of text.matchAll(token)) {
    if (all === "\\\n" || /^[ \t]+$/.test(all)) {
      if (toFile && word !== undefined) [word, toFile] = [undefined, false];
      endWord();
    } else if (escaped !== undefined) add(escaped);
    else if (single !== undefined) add(single);
    else if (double !== undefined) {
      for (const [, inner] of double.matchAll(/\$\(([^()]*)\)/g)) commands.push(...shellCommands(inner as string));
      add(double.replaceAll(/\\([$`"\\])/g, "$1"));
    } else if (substituted !== undefined) {
      commands.push(...shellCommands(substituted));
      add(all);
    } else if (here !== undefined) endCommand();
    else if (/^\d?[<>]+&?\d?$/.test(all)) {
      endWord();
      toFile = !/&\d$/.test(all);
    } else if (/^[|&;()\n]$/.test(all)) {
      if (toFile && word !== undefined) word = undefined;
      toFile = false;
      endCommand();
    } else if (all.startsWith("#") && word === undefined) endWord();
    else add(all);
  }
  if (toFile) word = undefined;
  endCommand();
  return commands;
}

/** What kt is given by these commands; variables in front of it are the shell's. */
export function ktLines(commands: string[][]): string[][] {
  return commands.flatMap((words) => {
    const first = words.findIndex((word) => !/^\w+=/.test(word));
    return /^(?:.*\/)?kt$/.test(words[first] ?? "") ? [words.slice(first + 1)] : [];
  });
}

/** Why kt refuses a line, and null where it takes it. No command runs. */
export function refusals(lines: string[][]): (string | null)[] {
  const { PATH = "", HOME = "" } = process.env;
  const program = join(import.meta.dir, "../record-calls.ts");
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, program, "--refused", JSON.stringify(lines)], { env: { PATH, HOME } });
  if (exitCode !== 0) throw new Error(stderr.toString());
  return JSON.parse(stderr.toString().trim().split("\n").at(-1) as string);
}

/** Those that kt refuses, with the reason, as a test prints them. */
export function refused(lines: string[][]): string[] {
  return refusals(lines).flatMap((why, i) => (why === null ? [] : [`kt ${lines[i]?.join(" ")}: ${why}`]));
}
