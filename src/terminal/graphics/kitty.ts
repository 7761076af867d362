/** Pictures by kitty's protocol (sw.kovidgoyal.net/kitty/graphics-protocol), which Ghostty, WezTerm and Konsole have too. Pure. */
import { deflateSync } from "node:zlib";
import type { Box, Raster } from "./raster.ts";

/** The protocol's own bound of one piece, in characters. */
const pieceLength = 4096;

/** All pictures are one image that changes, so that nothing is left behind. */
const image = 7731;

/** A picture at the cursor, which stays where it is, over so many characters. It takes the place of the one before. */
export function kittyPicture({ width, height, rgb }: Raster, { columns, rows }: Pick<Box, "columns" | "rows">, id = image): string {
  const data = deflateSync(rgb, { level: 1 }).toString("base64");
  // f=24: three bytes a pixel; o=z: packed by zlib; C=1: the cursor stays; q=2: nothing is answered.
  const head = `a=T,f=24,o=z,s=${width},v=${height},c=${columns},r=${rows},i=${id},p=1,C=1,q=2`;
  let text = "";
  for (let at = 0; at < data.length || at === 0; at += pieceLength) {
    const more = at + pieceLength < data.length ? 1 : 0;
    text += `\x1b_G${at === 0 ? `${head},` : ""}m=${more};${data.slice(at, at + pieceLength)}\x1b\\`;
  }
  return text;
}

/** Takes the picture away, and what the terminal keeps of it. */
export const kittyGone = `\x1b_Ga=d,d=I,i=${image},q=2\x1b\\`;

/** Asks whether the protocol is known, by a picture of one pixel that is only checked. */
export const kittyQuestion = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
const esc = String.fromCharCode(0x1b);
export const kittyYes = new RegExp(`${esc}_G[^${esc}]*i=31[^${esc}]*;OK`);
