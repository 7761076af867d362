/** What a terminal can draw: by what it answers, and by what it is known for. */
import { kittyQuestion, kittyYes } from "./kitty.ts";
import type { Cell, Colours, Graphics } from "./raster.ts";

type Environment = Record<string, string | undefined>;

export interface Abilities {
  graphics: Graphics;
  colours: Colours;
  /** As the terminal says; zeros where it does not. */
  cell: Cell;
}

/** The size of a character in pixels (xterm's window operation 16), and what it is (DA1), which all answer: so it comes last. */
const plainQuestion = "\x1b[16t\x1b[c";
const esc = String.fromCharCode(0x1b);
const identity = new RegExp(`${esc}\\[\\?([\\d;]*)c`);
const cellAnswer = new RegExp(`${esc}\\[6;(\\d{1,4});(\\d{1,4})t`);

/** Between kt and the terminal there is another, which takes kitty's pictures for something else. */
function isMultiplexed({ TMUX, STY, TERM = "" }: Environment): boolean {
  return Boolean(TMUX || STY) || /^(screen|tmux)/.test(TERM);
}

/** What to write to the terminal so that it tells; "" where it would show it instead of answering. */
export function questionFor(environment: Environment): string {
  if (/^(linux|dumb|vt52)?$/.test(environment.TERM ?? "")) return "";
  return isMultiplexed(environment) ? plainQuestion : kittyQuestion + plainQuestion;
}

export const isAnswered = (answers: string) => identity.test(answers);

/** @param answers what the terminal said, with whatever was typed meanwhile */
export function abilitiesOf(environment: Environment, answers: string): Abilities {
  const [, attributes = ""] = identity.exec(answers) ?? [];
  const [, height, width] = cellAnswer.exec(answers) ?? [];
  const cell = { width: Number(width ?? 0), height: Number(height ?? 0) };
  const graphics = kittyYes.test(answers) || knowsKitty(environment) ? "kitty" : attributes.split(";").includes("4") ? "sixel" : "blocks";
  return { graphics, colours: coloursOf(environment), cell };
}

function knowsKitty(environment: Environment): boolean {
  if (isMultiplexed(environment)) return false;
  const { KITTY_WINDOW_ID, TERM = "", TERM_PROGRAM = "" } = environment;
  return Boolean(KITTY_WINDOW_ID) || /^xterm-(kitty|ghostty)$/.test(TERM) || /^(ghostty|WezTerm)$/.test(TERM_PROGRAM);
}

function coloursOf({ COLORTERM = "", TERM = "" }: Environment): Colours {
  return /^(truecolor|24bit)$/.test(COLORTERM) || /direct|kitty|ghostty|alacritty|foot|wezterm/.test(TERM) ? "24bit" : "256";
}
