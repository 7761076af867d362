/** kt consume --view: with what pictures are drawn on the terminal. */
import { KtError } from "../errors.ts";
import type { OptionSpec } from "./kinds.ts";

const ways = ["auto", "kitty", "sixel", "blocks"] as const;
export type ViewWay = (typeof ways)[number];

/** Undefined where it is not given. */
export const view: OptionSpec<ViewWay | undefined> = {
  flags: "--view [way]",
  summary:
    "Play the pictures of a stream in the terminal; with -n 1 show one, and leave it there. Drawn as the terminal says that it can, or by kitty, sixel or blocks (space pauses, q ends)",
  kind: "optional",
  valueLike: new RegExp(`^(${ways.join("|")})$`),
  choices: [...ways],
  read(texts, label) {
    const given = texts.at(-1);
    if (given === undefined) return undefined;
    const way = given === "" ? "auto" : ways.find((one) => one === given);
    if (way === undefined) throw KtError.usage(`${label} takes ${ways.slice(0, -1).join(", ")} or ${ways.at(-1)}, not '${given}'.`);
    return way;
  },
};
