/** A picture as pixels, as large as a terminal shows it. */
export interface Raster {
  width: number;
  height: number;
  /** Three bytes a pixel: red, green and blue, row by row. */
  rgb: Uint8Array;
}

/** What a terminal draws pictures with: two protocols for pixels, and characters with colours everywhere else. */
export type Graphics = "kitty" | "sixel" | "blocks";

/** How many colours a terminal's characters can have. */
export type Colours = "24bit" | "256";

/** Where a picture goes: so many characters of the screen, and what is sent for them. */
export interface Box {
  columns: number;
  rows: number;
  /** Pixels of the raster. */
  width: number;
  height: number;
}

export interface Cell {
  /** A character's size in pixels; both 0 where the terminal does not say. */
  width: number;
  height: number;
}

/** Twice as high as wide is what most fonts are; VT340's characters, which sixel began with, were 10 by 20. */
const usualCell: Cell = { width: 10, height: 20 };

/** More pixels take longer to write than a picture is shown. Kitty makes them larger by itself, sixel cannot. */
const mostPixels = { kitty: 1280 * 720, sixel: 800 * 600 };

/**
 * The largest box in the proportions of a picture.
 * @param picture its size with square pixels
 * @param room so many characters may be used
 */
export function fitBox(picture: { width: number; height: number }, room: { columns: number; rows: number }, cell: Cell, graphics: Graphics): Box {
  const { width, height } = cell.width > 0 && cell.height > 0 ? cell : usualCell;
  const across = Math.max(1, picture.width);
  const down = Math.max(1, picture.height);
  let scale = Math.min((room.columns * width) / across, (room.rows * height) / down);
  if (graphics === "sixel") scale = Math.min(scale, Math.sqrt(mostPixels.sixel / (across * down)));
  const within = (length: number, most: number) => Math.max(1, Math.min(most, Math.round(length)));
  const columns = within((across * scale) / width, room.columns);
  const rows = within((down * scale) / height, room.rows);
  if (graphics === "blocks") return { columns, rows, width: columns, height: rows * 2 };
  const pixels = { width: columns * width, height: rows * height };
  if (graphics === "sixel") return { columns, rows, ...pixels };
  const smaller = Math.min(1, across / pixels.width, Math.sqrt(mostPixels.kitty / (pixels.width * pixels.height)));
  return { columns, rows, width: within(pixels.width * smaller, pixels.width), height: within(pixels.height * smaller, pixels.height) };
}
