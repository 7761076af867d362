/** Whether a picture is there to its end, by its own marks: what breaks off on its way is none that can be shown. */

const startOfScan = 0xda;
const endOfImage = Uint8Array.of(0xff, 0xd9);
/** The last chunk of each PNG, with its checksum. */
const pngEnd = Buffer.from("IEND\xaeB`\x82", "latin1");

/** @param picture a JPEG or a PNG, whatever comes after its end */
export function isWholePicture(picture: Uint8Array): boolean {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  if (bytes[0] !== 0xff) return bytes.includes(pngEnd);
  const scan = scanOf(bytes);
  // Within a scan this mark cannot stand; in front of it there may be a small picture with one of its own.
  return scan !== undefined && bytes.indexOf(endOfImage, scan) >= 0;
}

/** Where a JPEG's first scan begins, by the lengths of the segments in front of it (ITU-T T.81, B.1.1.4). */
function scanOf(bytes: Buffer): number | undefined {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === startOfScan) return at;
    // Any number of ff may stand in front of a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
