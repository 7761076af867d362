/** The size of a picture by its own header: pictures of one stream may differ. */
import { KtError } from "../../errors.ts";

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

/** As it is shown: a JPEG may ask to be turned. */
export function pictureSize(picture: Uint8Array): Size | undefined {
  const header = frameHeaderOf(picture);
  if (!header) return undefined;
  const { width, height } = header;
  return isOnItsSide(picture) ? { width: height, height: width } : { width, height };
}

/** Without what stands before and after the picture; as it is where that is not found. */
export function wholeJpeg(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = buffer.indexOf(Uint8Array.of(0xff, 0xd8, 0xff));
  const end = buffer.lastIndexOf(Uint8Array.of(0xff, 0xd9));
  return begin >= 0 && end > begin ? bytes.slice(begin, end + 2) : bytes;
}

/** Turned by a quarter, as a phone's pictures are: an orientation from 5 to 8 (Exif 2.32, 4.6.4). */
function isOnItsSide(picture: Uint8Array): boolean {
  const bytes = new DataView(picture.buffer, picture.byteOffset, picture.byteLength);
  for (let at = 2; at + 18 < picture.length && picture[at] === 0xff; at += 2 + bytes.getUint16(at + 2)) {
    const marker = picture[at + 1] ?? 0;
    if (marker === startOfScan) return false;
    if (marker === 0xe1 && bytes.getUint32(at + 4) === 0x45786966)
      return orientation(bytes, at + 10, Math.min(picture.length, at + 2 + bytes.getUint16(at + 2))) > 4;
  }
  return false;
}

/** Of the first directory of a TIFF header; 1 where it does not say. */
function orientation(bytes: DataView, tiff: number, end: number): number {
  const little = bytes.getUint16(tiff) === 0x4949;
  const directory = tiff + bytes.getUint32(tiff + 4, little);
  if (directory + 2 > end) return 1;
  for (let left = bytes.getUint16(directory, little), at = directory + 2; left > 0 && at + 12 <= end; left--, at += 12)
    if (bytes.getUint16(at, little) === 0x0112) return bytes.getUint16(at + 8, little);
  return 1;
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
