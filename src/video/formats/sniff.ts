/** What bytes are, by how they begin. */

export type StillType = "image/jpeg" | "image/png";

/**
 * The type of a picture by its first bytes, for topics that other programs filled.
 * JPEG: ITU-T T.81 B.1.1.3 (SOI). PNG: the PNG specification 5.2.
 */
export function sniffFrame(value: Uint8Array): StillType | undefined {
  if (value.length > 3 && value[0] === 0xff && value[1] === 0xd8 && value[2] === 0xff) return "image/jpeg";
  if (value.length > 8 && value[0] === 0x89 && value[1] === 0x50 && value[2] === 0x4e && value[3] === 0x47 && value[4] === 0x0d && value[5] === 0x0a)
    return "image/png";
  return undefined;
}
