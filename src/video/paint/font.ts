/**
 * Letters of 5 by 9 points, for pictures that are sent to clients without any: drawn for kt, as a file with a font is nothing
 * that every machine has, nor every ffmpeg the means to read one. Pure.
 */

export const glyphSize = { width: 5, height: 9 };
/** So many points below the line on which capitals stand. */
export const descent = 2;

/** From the space on, in the order of ASCII. Each digit is a row from the top, in base 32: its bits are the points, the left one first. */
const ascii = [
  "000000000 444440400 aa0000000 0avava000 4fke5u400 pp248jj00 cik8lid00 440000000",
  "248884200 842224800 04lel4000 044v44000 00000cc48 000v00000 00000cc00 11248gg00",
  "ehjlphe00 4c4444e00 eh1248v00 eh161he00 26aiv2200 vgu11he00 68guhhe00 v12244400",
  "ehhehhe00 ehhf12c00 0cc0cc000 0cc0cc480 248g84200 00v0v0000 842124800 eh1240400",
  "ehnlngf00 ehhvhhh00 uhhuhhu00 ehggghe00 uhhhhhu00 vgguggv00 vgguggg00 ehgnhhe00",
  "hhhvhhh00 e44444e00 72222ic00 hikokih00 ggggggv00 hrllhhh00 hhpljhh00 ehhhhhe00",
  "uhhuggg00 ehhhlid00 uhhukih00 fgge11u00 v44444400 hhhhhhe00 hhhhha400 hhhllrh00",
  "hha4ahh00 hha444400 v1248gv00 e88888e00 gg8421100 e22222e00 4ah000000 000000v00",
  "840000000 00e1fhf00 gguhhhu00 00egghe00 11fhhhf00 00ehvge00 688u88800 00fhhhf1e",
  "gguhhhh00 40c444e00 2062222ic ggikoki00 c44444e00 00qllll00 00uhhhh00 00ehhhe00",
  "00uhhhugg 00fhhhf11 00mpggg00 00fge1u00 88u889600 00hhhjd00 00hhha400 00hllla00",
  "00ha4ah00 00hhhjd1e 00v248v00 644844600 444444400 c44244c00 008l20000",
].flatMap((line) => line.split(" "));

/** In place of a letter that is none of these. */
const other = "vhhhhhv00";

/** What the tables of Unicode do not take apart. */
const likewise: Record<string, string> = {
  "–": "-",
  "—": "-",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "×": "x",
  "·": ".",
  ß: "ss",
  Æ: "AE",
  æ: "ae",
  Ø: "O",
  ø: "o",
};

/** As far as there are letters for it: without accents, and what else there is one square each. */
export function spelled(text: string): string {
  return [...text.normalize("NFKD").replaceAll(/\p{M}+/gu, "")].map((letter) => likewise[letter] ?? (/^[ -~]$/.test(letter) ? letter : "□")).join("");
}

/** @param letter one of what spelled returns @returns its rows from the top, each as bits of which the highest is the left point */
export function glyphOf(letter: string): number[] {
  return [...(ascii[letter.charCodeAt(0) - 0x20] ?? other)].map((digit) => Number.parseInt(digit, 32));
}
