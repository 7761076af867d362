/** Jobs for ffmpeg, with nothing asked for that a test does not ask for. */
import type { VideoJob } from "../../../src/video/source/arguments.ts";
import { parseInputs, type VideoInput } from "../../../src/video/source/input.ts";

export function inputOf(word: string): VideoInput {
  return parseInputs([word], undefined)[0] as VideoInput;
}

/** A clip that need not be there. */
export const someFile: VideoInput = { name: "clip", kind: "file", location: "a clip.mp4", shown: "a clip.mp4", live: false };

export function jobOf(input: VideoInput, changes: Partial<VideoJob> = {}): VideoJob {
  const plain = { codec: "auto", quality: 5, keyint: 60, size: undefined, fps: undefined, filter: undefined, inputOptions: [], times: 1 } as const;
  return { input, ...plain, inputOptions: [], startSeconds: undefined, durationSeconds: undefined, ...changes };
}
