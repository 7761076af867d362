/** A frame that a browser sent, looked at before it is one of a stream: whoever has the token may send any bytes. */

import type { CameraHead } from "../../protocol/camera-message.ts";
import { nalType, readSps, splitAnnexB } from "../../video/formats/h264.ts";
import { isAnnexB, mayBegin } from "../../video/formats/h264-look.ts";
import { mostPixels, pictureSize } from "../../video/formats/picture-size.ts";
import { sniffFrame } from "../../video/formats/sniff.ts";
import { isWholePicture } from "../../video/formats/whole-picture.ts";
import type { Frame } from "../../video/frame.ts";

/** What the last key frame said of itself, and those after it are as well. */
export type Described = Pick<Frame, "width" | "height" | "codec">;
type Looked = Pick<Frame, "type" | "key"> & Described;

/** NAL units of one picture's slices, and what may stand in front of them or fill up behind (ITU-T H.264, table 7-1). */
const known = new Set([1, 5, 6, 7, 8, 9, 12]);
/** A picture in more slices than it has rows of blocks is none. */
const mostUnits = 1200;

/** @param last of the key frame before it; undefined where there is none @returns why it is none, as the end of a sentence */
export function lookAt(kind: CameraHead["kind"], data: Uint8Array, last: Described | undefined): Looked | string {
  if (kind === "jpeg") return lookAtJpeg(data);
  if (!isAnnexB(data)) return "is no access unit of H.264 in Annex B";
  const units = splitAnnexB(data);
  const types = units.map(([header = 0]) => header & 0x1f);
  if (units.length > mostUnits || !types.every((type) => known.has(type))) return "has units that no picture of H.264 has";
  const has = (type: number) => types.includes(type);
  if (kind === "delta") {
    if (!has(nalType.slice) || has(nalType.idr)) return "is no H.264 picture that needs others";
    return last ? { type: "video/h264", key: false, ...last } : "needs a key frame, and none came before it";
  }
  const sps = units.find(([header = 0]) => (header & 0x1f) === nalType.sps);
  if (!sps || !has(nalType.pps) || !has(nalType.idr) || !mayBegin(data)) return "is no H.264 key frame with its parameter sets";
  const { width, height, codec } = readSps(sps);
  return width * height > mostPixels ? "is larger than any that is decoded" : { type: "video/h264", key: true, width, height, codec };
}

function lookAtJpeg(data: Uint8Array): Looked | string {
  const { width, height } = (sniffFrame(data) === "image/jpeg" && pictureSize(data)) || { width: 0, height: 0 };
  if (width === 0 || height === 0 || !isWholePicture(data)) return "is no whole JPEG";
  return width * height > mostPixels ? "is larger than any that is decoded" : { type: "image/jpeg", key: true, width, height, codec: undefined };
}
