/** The size of a picture by its own header: pictures of one stream may differ. */
import { KtError } from "../errors.ts";

export interface Size {
  width: number;
  height: number;
}

/**
 * No larger picture is decoded: a few hundred kilobytes of PNG may be gigabytes of pixels. It is twice what 8K has, and
 * takes 256 MB where a pixel takes four bytes.
 */
export const mostPixels = 8192 * 8192;

const startOfScan = 0xda;

export interface FrameHeader extends Size {
  /** Of each component, how many blocks across and down; empty of a PNG. */
  sampling: [number, number][];
}

export function pictureSize(picture: Uint8Array): Size | undefined {
  const header = frameHeaderOf(picture);
  return header && { width: header.width, height: header.height };
}

/** @throws KtError too_large where the header says that decoding it would take too much */
export function checkSize(picture: Uint8Array, most = mostPixels): void {
  const { width, height } = pictureSize(picture) ?? { width: 0, height: 0 };
  if (width * height <= most) return;
  const message = `The picture is ${width}x${height}, and none of more than ${Math.floor(most / 1e6)} million pixels is decoded for this`;
  throw new KtError({ code: "too_large", message, hint: "As it is it can be had by its path, /topics/TOPIC/records/PARTITION/OFFSET." });
}

/** As large as it is, or with its sides in the same proportion, and so many pixels at most. */
export function fitInto({ width, height }: Size, pixels: number): Size {
  const scale = Math.min(1, Math.sqrt(pixels / Math.max(1, width * height)));
  const side = (length: number) => Math.max(2, Math.floor(length * scale));
  return scale === 1 ? { width, height } : { width: side(width), height: side(height) };
}

/** Of a JPEG, its frame header (ITU-T T.81 B.2.2), of a PNG, its IHDR; undefined for anything else. */
export function frameHeaderOf(picture: Uint8Array): FrameHeader | undefined {
  const bytes = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  if (picture.length > 24 && bytes.getUint32(0) === 0x89504e47) return { width: bytes.getUint32(16), height: bytes.getUint32(20), sampling: [] };
  if (picture.length < 4 || bytes.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < picture.length && picture[at] === 0xff; at += 2 + bytes.getUint16(at + 2)) {
    const marker = picture[at + 1] ?? 0;
    if (marker === startOfScan) return undefined;
    // C0 to CF are frame headers, but for the tables C4, C8 and CC among them.
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    const factors = Array.from({ length: picture[at + 9] ?? 0 }, (_, i) => picture[at + 11 + i * 3] ?? 0x11);
    return { width: bytes.getUint16(at + 7), height: bytes.getUint16(at + 5), sampling: factors.map((both) => [both >> 4 || 1, both & 15 || 1]) };
  }
  return undefined;
}
