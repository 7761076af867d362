/** A picture as what is written to the terminal for it. Pure. */

import type { Abilities } from "../../terminal/graphics/abilities.ts";
import { halfBlockRows } from "../../terminal/graphics/half-blocks.ts";
import { kittyPicture } from "../../terminal/graphics/kitty.ts";
import type { Box, Raster } from "../../terminal/graphics/raster.ts";
import { sixel } from "../../terminal/graphics/sixel.ts";

const place = (row: number, column: number) => `\x1b[${row};${column}H`;

/**
 * On a screen of its own, in the middle of so many columns and rows.
 * @param before what is there already, at the same place
 */
export function pictureAt(raster: Raster, box: Box, room: { columns: number; rows: number }, { graphics, colours }: Abilities, before?: Raster): string {
  const top = 1 + Math.floor((room.rows - box.rows) / 2);
  const left = 1 + Math.floor((room.columns - box.columns) / 2);
  if (graphics === "kitty") return place(top, left) + kittyPicture(raster, box);
  if (graphics === "sixel") return place(top, left) + sixel(raster);
  return halfBlockRows(raster, colours, before)
    .map((text, row) => (text === "" ? "" : place(top + row, left) + text))
    .join("");
}

/** Where the cursor is, which then is below it. @param id another than that of the pictures before, which stay */
export function pictureHere(raster: Raster, box: Box, { graphics, colours }: Abilities, id: number): string {
  if (graphics === "kitty") return `${kittyPicture(raster, box, id)}${"\n".repeat(box.rows)}`;
  if (graphics === "sixel") return `${sixel(raster)}\n`;
  return `${halfBlockRows(raster, colours).join("\n")}\n`;
}
