/** Pictures of any kind into pixels of one size by an ffmpeg, picture by picture. */
import type { Size } from "../formats/picture-size.ts";
import { type DecodedType, decodingArguments, openUnitDecoder, type UnitDecoder } from "./unit-decoder.ts";

/**
 * What comes out has three bytes a pixel: red, green and blue, row by row.
 * @param ffmpeg path of the program
 * @param fromUs pictures that are shown earlier are decoded only
 */
export function openRasterDecoder(ffmpeg: string, type: DecodedType, { width, height }: Size, fromUs?: number): UnitDecoder {
  // Of a picture that becomes much smaller, each pixel counts.
  const filter = `scale=${width}:${height}:flags=area,setsar=1`;
  const encoder = ["-c:v", "rawvideo", "-pix_fmt", "rgb24"];
  return openUnitDecoder(ffmpeg, decodingArguments({ filter, encoder, format: "rawvideo" }, fromUs), type);
}
