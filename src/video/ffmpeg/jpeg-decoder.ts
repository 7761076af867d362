/** H.264 or PNG into JPEG by an ffmpeg, picture by picture. */
import { squarePixels } from "../source/arguments.ts";
import { type DecodedType, decodingArguments, openUnitDecoder, type UnitDecoder } from "./unit-decoder.ts";

/** Good enough for a large screen; a fifth of the bytes of the best. */
const jpegQuality = 4;
const jpeg = { filter: squarePixels, encoder: ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", String(jpegQuality)], format: "mjpeg" };

export interface JpegDecoderOptions {
  /** Of what is written. */
  type?: DecodedType | undefined;
  /** Pictures that are shown earlier are decoded only. */
  fromUs?: number | undefined;
  /** Where the pictures are taken as they come, a decoder that takes nothing for so long is ended. */
  stuckMs?: number | undefined;
}

export const decoderArguments = (fromUs: number | undefined) => decodingArguments(jpeg, fromUs);

/** @param ffmpeg path of the program */
export function openJpegDecoder(ffmpeg: string, { type = "video/h264", fromUs, stuckMs }: JpegDecoderOptions = {}): UnitDecoder {
  return openUnitDecoder(ffmpeg, decoderArguments(fromUs), type, stuckMs);
}
