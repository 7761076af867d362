/** The keys of common players, one table for what they do and for what the help says. */
import { type Controls, rates } from "./controls.ts";
import { jumpMs } from "./transport.tsx";

const shortJumpMs = 5000;

export function playerKeys(controls: Controls): Record<string, () => void> {
  const toggle = () => controls.toggle();
  return {
    " ": toggle,
    k: toggle,
    j: () => controls.jump(-jumpMs),
    l: () => controls.jump(jumpMs),
    ArrowLeft: () => controls.jump(-shortJumpMs),
    ArrowRight: () => controls.jump(shortJumpMs),
    ",": () => controls.step(-1),
    ".": () => controls.step(1),
    "<": () => controls.faster(-1),
    ">": () => controls.faster(1),
    r: () => controls.reverse(),
    End: () => controls.goLive(),
    Home: () => controls.seek(0),
  };
}

export const helpOfKeys: [string, string][] = [
  ["Space, K", "pause or play"],
  ["← →", "five seconds back, on"],
  ["J L", "ten seconds back, on"],
  [", .", "picture before, next picture"],
  ["< >", `slower, faster (${rates.join(", ")} times)`],
  ["R", "backwards"],
  ["T", "to a time, or a day"],
  ["Home End", "first picture, live"],
  ["I O", "mark the begin and end of a clip"],
  ["X", "clear the marks"],
  ["C", "save the clip"],
  ["S", "save this picture"],
  ["Y", "copy a link to this picture"],
  ["U", "addresses for other programs"],
  ["B, Shift B", "what was seen: on or off, and which of it"],
  ["E, Shift E", "next event, event before"],
  ["V", "list of events"],
  ["+ − 0", "larger, smaller, the whole picture"],
  ["4 6 8 2", "the part that is seen: left, right, up, down"],
  ["F, P", "full screen, a small window of its own"],
  ["Shift P, Shift N", "stream before, next stream"],
  ["Esc", "back to the overview"],
];
