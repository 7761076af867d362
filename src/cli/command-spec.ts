/** What the command table says of a command. */
import type { OptionSpecs, Resolved } from "../options/kinds.ts";

export interface CommandSpec {
  /** The words that call it. */
  words: string;
  /** Its arguments, as cac writes them: <required>, [optional], [...many]. */
  args: string;
  summary: string;
  options: OptionSpecs;
  examples: [string, string];
  /** What must be known before it is used; "" for nothing. */
  remark: string;
  load(): Promise<(args: string[], options: never, table: CommandSpec[]) => Promise<void>>;
}

/** Ties a command's options to what its function takes; loaded only when it is called. */
export function command<Specs extends OptionSpecs>(
  words: string,
  args: string,
  summary: string,
  options: Specs,
  examples: [string, string],
  load: () => Promise<(args: string[], options: Resolved<Specs>, table: CommandSpec[]) => Promise<void>>,
  remark = "",
): CommandSpec {
  return { words, args, summary, options, examples, remark, load };
}
