import { expect, test } from "bun:test";
import { ansiParts } from "../../../src/page/data/text/ansi.tsx";

const esc = "\u001b";

test("what was said of colours and weights holds until it is taken back", () => {
  const text = `a${esc}[1;91mb${esc}[4;48;2;1;2;3mc${esc}[22;39md${esc}[me${esc}[38:5:16mf`;
  expect(ansiParts(text)).toEqual([
    { text: "a", look: {} },
    { text: "b", look: { bold: true, colour: "var(--ansi-9)" } },
    { text: "c", look: { bold: true, colour: "var(--ansi-9)", underlined: true, ground: "rgb(1 2 3)" } },
    { text: "d", look: { bold: false, dim: false, colour: undefined, underlined: true, ground: "rgb(1 2 3)" } },
    { text: "e", look: {} },
    { text: "f", look: { colour: "rgb(0 0 0)" } },
  ]);
});

test("other sequences and what is cut off leave no trace", () => {
  expect(ansiParts(`${esc}[2J${esc}[Hx${esc}[?25l${esc}[3`).map(({ text }) => text)).toEqual(["x"]);
});
