/** A JPEG or PNG decoded, little larger than it is shown. */

export interface Size {
  width: number;
  height: number;
}

export interface Decoded {
  image: ImageBitmap | VideoFrame;
  /** Of the image. */
  width: number;
  height: number;
  /** Of the picture that was sent. */
  size: Size;
  /** Of the pixels that were asked for. */
  eighths: number;
}

/** More take gigabytes when they are decoded, whatever few bytes they came in. */
const mostPixels = 16_384 * 8192;

/**
 * createImageBitmap decodes a picture whole and hands it through another process. A small tile asks
 * ImageDecoder for a part of the pixels instead, which a JPEG gives without computing the others: six
 * tiles of 720p at 25 fps were painted 10 ms after they came instead of 65 (median; two cores, no GPU).
 * @param room what it is shown in, in device pixels
 * @throws Error where it is no picture, or one of too many pixels
 */
export async function decodePicture(bytes: Uint8Array<ArrayBuffer>, type: string, room: Size): Promise<Decoded> {
  const size = pictureSize(bytes);
  if (size && size.width * size.height > mostPixels) throw new Error(`A picture of ${size.width}x${size.height} is too large to be shown`);
  const eighths = size ? shownEighths(size, room) : 8;
  const notAPicture = () => {
    throw new Error(`This is not a picture: ${type}, ${bytes.length} bytes`);
  };
  // Browsers have it on secure pages only.
  if (!size || eighths === 8 || typeof ImageDecoder === "undefined") {
    const image = await createImageBitmap(new Blob([bytes], { type })).catch(notAPicture);
    return { image, width: image.width, height: image.height, size: size ?? { width: image.width, height: image.height }, eighths: 8 };
  }
  const part = (length: number) => Math.ceil((length * eighths) / 8);
  const decoder = new ImageDecoder({ data: bytes, type, desiredWidth: part(size.width), desiredHeight: part(size.height) });
  try {
    const { image } = await decoder.decode().catch(notAPicture);
    return { image, width: image.displayWidth, height: image.displayHeight, size, eighths };
  } finally {
    decoder.close();
  }
}

/** How many eighths of its pixels a picture needs; JPEG is scaled in eighths. */
export function shownEighths(size: Size, room: Size): number {
  const scale = Math.min(room.width / size.width, room.height / size.height);
  return scale > 0 ? Math.min(8, Math.ceil(scale * 8)) : 8;
}

/** As its header says: JPEG (ITU-T T.81 B.2.2, the first SOF segment) or PNG (IHDR); null where neither is found. */
export function pictureSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1] as number;
    // C4, C8 and CC in the row of SOFs are tables.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  return null;
}
