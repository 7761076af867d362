/** Frames of one kind into frames of another, by ffmpeg: one in, one out. */

import { mostPixels, type Size } from "../formats/picture-size.ts";
import type { Frame, FrameType } from "../frame.ts";
import { fragmentedOutput, readPackets } from "../source/packets.ts";
import { type FfmpegChild, failure, startFfmpeg } from "./ffmpeg-child.ts";

/** Frames go in at this rate; so the time of one that comes out tells which one it was. */
const nominalFps = 25;

const demuxers: Record<FrameType, string[]> = {
  "image/jpeg": ["-f", "image2pipe", "-c:v", "mjpeg"],
  "image/png": ["-f", "image2pipe", "-c:v", "png"],
  "video/h264": ["-f", "h264"],
};

const encoders: Record<FrameType, string[]> = {
  "image/jpeg": ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"],
  "image/png": ["-c:v", "png", "-pix_fmt", "rgb24"],
  "video/h264": ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-crf", "20", "-bf", "0", "-g", "60"],
};

/** @param size of what comes out; H.264 needs even numbers, so it may lose a row and a column */
export function transcoderArguments(from: FrameType, to: FrameType, { width, height }: Size): string[] {
  const even = to === "video/h264" ? ",crop=trunc(iw/2)*2:trunc(ih/2)*2" : "";
  return [
    ...["-nostdin", "-hide_banner", "-nostats", "-v", "error"],
    ...["-framerate", String(nominalFps), ...demuxers[from], "-max_pixels", String(mostPixels), "-i", "pipe:0"],
    // Pictures of another size in the middle are scaled to that of the first.
    ...["-vf", `scale=${width}:${height},setsar=1${even}`, "-fps_mode", "passthrough", "-enc_time_base", "1/1000000"],
    ...encoders[to],
    ...fragmentedOutput,
  ];
}

export interface TranscodedFrame {
  frame: Frame;
  /** Which of the pictures that went in it is, from 0; of H.264, where order and count may differ, only the order counts. */
  index: number;
}

export class Transcoder {
  readonly #child: FfmpegChild;
  readonly #taking: Promise<void>;
  #failure: unknown;

  /**
   * @param ffmpeg path of the program
   * @param take gets each frame that comes out, one after the other
   */
  constructor(ffmpeg: string, from: FrameType, to: FrameType, size: Size, take: (transcoded: TranscodedFrame) => Promise<void>) {
    this.#child = startFfmpeg(ffmpeg, transcoderArguments(from, to, size));
    this.#taking = this.#takeAll(take).catch((error: unknown) => {
      this.#failure ??= error;
      this.#child.kill();
    });
  }

  /** Waits while ffmpeg has enough to do. @throws what ended it */
  async feed(data: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#child.write(data);
    } catch (error) {
      await this.#taking;
      throw this.#failure ?? error;
    }
  }

  /** Resolves when the last frame was taken. @throws what ended it */
  async finish(): Promise<void> {
    this.#child.finish();
    await this.#taking;
    const end = await this.#child.ended;
    if (this.#failure !== undefined) throw this.#failure;
    if (end.code !== 0) throw failure(end);
  }

  kill(): void {
    this.#child.kill();
  }

  async #takeAll(take: (transcoded: TranscodedFrame) => Promise<void>): Promise<void> {
    for await (const frame of readPackets(this.#child.stdout)) await take({ frame, index: Math.round((frame.ptsUs / 1e6) * nominalFps) });
  }
}
