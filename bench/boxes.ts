/** What programs see, drawn over the pictures: what it costs the page, and how soon the events of a long log are there. */
import { million } from "./boxes/million.ts";
import { thousand } from "./boxes/thousand.ts";
import { tiles } from "./boxes/tiles.ts";
import type { Measured } from "./report/figure.ts";

export async function boxes(): Promise<Measured> {
  return { figures: [...(await thousand()), ...(await tiles()), ...(await million())] };
}
