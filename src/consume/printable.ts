/** What a terminal shows in place of bytes that are no text. */
import { isUtf8 } from "node:buffer";
import { readSps, splitAnnexB } from "../video/formats/h264.ts";
import { isKeyUnit } from "../video/formats/h264-look.ts";
import { pictureSize } from "../video/formats/picture-size.ts";
import { sniffFrame } from "../video/formats/sniff.ts";
import { bytesText } from "../words.ts";

const control = /(?![\t\n])\p{Cc}/gu;

/**
 * <JPEG 1280x720 45 kB> of a picture, <300 B> of other bytes; text with its control characters made
 * visible, as a record must not move the cursor or rename the window.
 */
export function forTerminal(bytes: Uint8Array): string {
  const picture = pictureText(bytes);
  if (picture !== undefined) return picture;
  if (!isUtf8(bytes)) return `<${bytesText(bytes.length)}>`;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text.replace(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function pictureText(bytes: Uint8Array): string | undefined {
  const type = sniffFrame(bytes);
  if (type !== undefined) {
    const size = pictureSize(bytes);
    return `<${type === "image/png" ? "PNG" : "JPEG"}${size ? ` ${size.width}x${size.height}` : ""} ${bytesText(bytes.length)}>`;
  }
  if (!startsAsH264(bytes)) return undefined;
  if (!isKeyUnit(bytes)) return `<H.264 ${bytesText(bytes.length)}>`;
  const sps = splitAnnexB(bytes).find((unit) => ((unit[0] ?? 0) & 0x1f) === 7);
  const { width, height } = sps ? readSps(sps) : { width: 0, height: 0 };
  return `<H.264 key frame${width ? ` ${width}x${height}` : ""} ${bytesText(bytes.length)}>`;
}

/** A start code (ITU-T H.264 Annex B), and a unit that an access unit may begin with: a slice, SEI, SPS, PPS or delimiter. */
function startsAsH264(bytes: Uint8Array): boolean {
  const zeros = bytes[2] === 0 ? 3 : 2;
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[zeros] !== 1) return false;
  const header = bytes[zeros + 1] ?? 0x80;
  return header < 0x80 && [1, 5, 6, 7, 8, 9].includes(header & 0x1f);
}
