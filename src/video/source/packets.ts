/** ffmpeg's fragmented QuickTime, taken apart into frames with exact times. */

import { AnnexB } from "../formats/h264.ts";
import { pictureSize } from "../formats/picture-size.ts";
import type { Frame } from "../frame.ts";
import { FragmentParser, type Sample, type Track } from "./fragments.ts";

/**
 * ffmpeg is told to add this much to every time (-output_ts_offset): a fragment's time has no sign, and
 * where pictures are stored out of order the first ones are decoded before zero.
 */
export const timeOffsetSeconds = 1000;

/**
 * What makes ffmpeg write the QuickTime that is read here: a picture a fragment, so that each leaves as
 * soon as it is there, and every time as it is.
 */
export const fragmentedOutput = [
  ...["-f", "mov", "-movflags", "frag_every_frame+empty_moov+default_base_moof+frag_discont", "-use_editlist", "0"],
  ...["-output_ts_offset", String(timeOffsetSeconds), "-avoid_negative_ts", "disabled", "-flush_packets", "1", "pipe:1"],
];

/** The QuickTime format of a track to a frame's type; only these can be records. */
const types = { avc1: "video/h264", jpeg: "image/jpeg", "png ": "image/png" } as const;

/** Ends without a frame where the stream is empty or no QuickTime. Each frame's data is its own. */
export async function* readPackets(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const parser = new FragmentParser();
  let frameOf: ((sample: Sample) => Frame) | undefined;
  for await (const chunk of stream) {
    for (const sample of parser.push(chunk)) {
      frameOf ??= frameMaker(parser.track);
      if (sample.data.length > 0) yield frameOf(sample);
    }
  }
}

function frameMaker(track: Track | undefined): (sample: Sample) => Frame {
  const type = types[track?.format as keyof typeof types];
  if (!track || !type) throw new Error(`a track of ${track?.format ?? "no known format"}`);
  const toUs = (units: number) => (units / track.timescale - timeOffsetSeconds) * 1e6;
  const times = ({ pts, dts }: Sample) => ({ ptsUs: toUs(pts), dtsUs: toUs(dts) });
  if (type !== "video/h264") {
    const { width, height } = track;
    return (sample) => ({ type, data: sample.data, ...times(sample), key: true, ...(pictureSize(sample.data) ?? { width, height }), codec: undefined });
  }
  if (!track.avcC) throw new Error("an H.264 track without its parameters");
  const annexB = new AnnexB(track.avcC);
  return (sample) => {
    const data = annexB.convert(sample.data, sample.key);
    const { width, height, codec } = annexB.picture ?? { ...track, codec: undefined };
    return { type, data, ...times(sample), key: sample.key, width, height, codec };
  };
}
