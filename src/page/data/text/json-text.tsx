/** JSON with its words told apart, on one line or indented, spaced evenly whatever the source's layout. */
import type { ComponentChildren } from "preact";
import { legible } from "../../../format/visible-text.ts";
import { Ansi } from "./ansi.tsx";

// Not parsed and printed again: JSON.parse would round 9007199254740993, and a record shows what it holds.
const tokens = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity)|([{}[\],])|(\s+|.)/g;

const asIs = (text: string) => text;

export function JsonText({ text, indented = false }: { text: string; indented?: boolean }) {
  const parts: ComponentChildren[] = [];
  let depth = 0;
  let opened = false;
  const breakLine = () => indented && parts.push(`\n${"  ".repeat(depth)}`);
  for (const [all, string, colon, word, mark] of text.matchAll(tokens)) {
    if (all.trim() === "") continue;
    const closes = mark === "}" || mark === "]";
    if (closes) depth = Math.max(0, depth - 1);
    // What is empty stays on its line.
    if (closes ? !opened : opened) breakLine();
    opened = mark === "{" || mark === "[";
    if (opened) depth++;
    if (string !== undefined) {
      const inner = <Ansi text={legible(string)} draw={asIs} />;
      if (colon === undefined) parts.push(<span class="string">{inner}</span>);
      else parts.push(<span class="name">{inner}</span>, ": ");
    } else if (word !== undefined) parts.push(<span class="word">{word}</span>);
    else if (mark !== ",") parts.push(mark ?? all.trim());
    else if (indented) {
      parts.push(",");
      breakLine();
    } else parts.push(", ");
  }
  return <>{parts}</>;
}
