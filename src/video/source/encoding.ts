/** How the pictures of a source are written: as they are, where every viewer shows them right, and encoded otherwise. */
import { KtError } from "../../errors.ts";
import { type Encoding, isFiltered, type VideoJob } from "./arguments.ts";
import type { DecodeReport, SourceDescription } from "./ffmpeg-log.ts";

/** ffmpeg's names of what may be a record as it is. */
const untouched = new Set(["h264", "mjpeg", "png"]);

/** Formats that number H.264 in the order in which it is stored: with B-frames only a decoder knows the other one. */
const withoutPresentationTimes = /^(?:avi|h264)$/;

interface Choice {
  encoding: Encoding;
  remark?: string;
}

/**
 * How the pictures of a source are written, once it is known what they are.
 * @param cut some pictures are stored for others only, and are not to be seen
 * @throws KtError usage for a copy that no record can carry
 */
export function chooseEncoding(job: VideoJob, { source, format }: DecodeReport, cut = false): Choice {
  if (job.codec !== "auto" && job.codec !== "copy") return { encoding: job.codec };
  // Without a description ffmpeg will say what is wrong in either case.
  if (!source) return { encoding: "copy" };
  const { name } = job.input;
  if (job.codec === "copy") {
    if (!untouched.has(source.codec))
      throw KtError.usage(
        `'${name}' is ${source.codec}, which cannot be copied: a record carries H.264, JPEG or PNG.`,
        "Leave --codec away, or choose mjpeg or h264.",
      );
    const differs = [
      source.rotationDegrees !== 0 && `turned by ${source.rotationDegrees} degrees`,
      hasOtherShape(source) && "with pixels that are not square",
      cut && "with pictures that its edit list cuts away",
    ].filter(Boolean);
    return { encoding: "copy", remark: differs.length === 0 ? undefined : `${name} is copied as it is stored: ${differs.join(", ")}.` };
  }
  if (isFiltered(job)) return { encoding: "mjpeg" };
  if (source.codec === "rawvideo") return { encoding: "mjpeg" };
  if (!untouched.has(source.codec)) return { encoding: "mjpeg", remark: `${name} is ${source.codec}, which not every browser plays: it is encoded as JPEG.` };
  if (source.rotationDegrees !== 0)
    return {
      encoding: "mjpeg",
      remark: `${name} has to be turned by ${source.rotationDegrees} degrees, so it is encoded as JPEG (--codec copy leaves it as it is).`,
    };
  if (hasOtherShape(source))
    return { encoding: "mjpeg", remark: `${name} has pixels that are not square, so it is encoded as JPEG (--codec copy leaves it as it is).` };
  if (cut) return { encoding: "mjpeg", remark: cutAway(name) };
  if (source.codec === "h264" && withoutPresentationTimes.test(format ?? "") && !job.input.live)
    return {
      encoding: "mjpeg",
      remark: `${name} does not store when its pictures are shown, so it is encoded as JPEG (--codec copy takes the order in which they are stored).`,
    };
  return { encoding: "copy" };
}

/** Whether only the container, or a JPEG, says that pixels are not square. H.264 says so itself, and whoever shows it goes by that. */
function hasOtherShape({ codec, pixelAspect, containerAspect }: SourceDescription): boolean {
  const shown = containerAspect || pixelAspect;
  return codec === "h264" ? Math.abs(shown - pixelAspect) > 0.01 : Math.abs(shown - 1) > 0.01;
}

export const cutAway = (name: string) =>
  `The edit list of ${name} cuts away pictures that others need, so it is encoded as JPEG (--codec h264 encodes it as H.264, --codec copy shows them).`;
