/** Text that was written for a terminal: its colours are shown, and what else it tells a terminal is left out. */
import type { ComponentChildren } from "preact";
import { ansiSequences, hasAnsi } from "../../../format/visible-text.ts";

/** @param draw what becomes of the text between the sequences */
export function Ansi({ text, draw }: { text: string; draw: (text: string) => ComponentChildren }) {
  if (!hasAnsi(text)) return <>{draw(text)}</>;
  return (
    <>
      {ansiParts(text).map((part) => {
        const style = styleOf(part.look);
        return style ? <span style={style}>{draw(part.text)}</span> : draw(part.text);
      })}
    </>
  );
}

type Style = Record<string, string | number>;

export interface Look {
  colour?: string | undefined;
  ground?: string | undefined;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underlined?: boolean;
  inverse?: boolean;
}

/** The text between the sequences, with what those before it have said. Pure. */
export function ansiParts(text: string): { text: string; look: Look }[] {
  const parts: { text: string; look: Look }[] = [];
  let look: Look = {};
  let at = 0;
  const add = (to: number) => to > at && parts.push({ text: text.slice(at, to), look });
  for (const found of text.matchAll(ansiSequences())) {
    add(found.index);
    at = found.index + found[0].length;
    if (found[2] === "m") look = changed(look, found[1] ?? "");
  }
  add(text.length);
  return parts;
}

/** Select graphic rendition (ECMA-48 8.3.117): "1;38;5;208", and "" is "0". */
function changed(before: Look, parameters: string): Look {
  let look = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 0) look = {};
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 3) look.italic = true;
    else if (code === 4) look.underlined = true;
    else if (code === 7) look.inverse = true;
    else if (code === 22) look = { ...look, bold: false, dim: false };
    else if (code === 23) look.italic = false;
    else if (code === 24) look.underlined = false;
    else if (code === 27) look.inverse = false;
    else if (code === 38) look.colour = longColour(codes);
    else if (code === 39) look.colour = undefined;
    else if (code === 48) look.ground = longColour(codes);
    else if (code === 49) look.ground = undefined;
    else if (code >= 30 && code <= 37) look.colour = palette(code - 30);
    else if (code >= 90 && code <= 97) look.colour = palette(code - 82);
    else if (code >= 40 && code <= 47) look.ground = palette(code - 40);
    else if (code >= 100 && code <= 107) look.ground = palette(code - 92);
  }
  return look;
}

/** "5;208" of 256 colours, "2;255;135;0" of all; takes what it reads off the codes. */
function longColour(codes: number[]): string | undefined {
  const kind = codes.shift();
  if (kind === 5) return palette(codes.shift() ?? 0);
  if (kind !== 2) return undefined;
  const [red = 0, green = 0, blue = 0] = codes.splice(0, 3);
  return `rgb(${red} ${green} ${blue})`;
}

/** The first sixteen are the page's, as readable in the dark as in the light; then a cube of six by six by six, and greys. */
function palette(index: number): string {
  if (index < 16) return `var(--ansi-${index})`;
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + 10 * (index - 232))
      .join(" ")})`;
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(" ")})`;
}

function styleOf({ colour, ground, bold, dim, italic, underlined, inverse }: Look): Style | undefined {
  const [front, back] = inverse ? [ground ?? "var(--surface)", colour ?? "var(--text)"] : [colour, ground];
  const style: Style = {};
  if (front) style.color = front;
  if (back) style.background = back;
  if (bold) style.fontWeight = 700;
  if (dim) style.opacity = 0.7;
  if (italic) style.fontStyle = "italic";
  if (underlined) style.textDecoration = "underline";
  return Object.keys(style).length > 0 ? style : undefined;
}
