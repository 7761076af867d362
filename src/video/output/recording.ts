/** Frames of H.264 in, a playable MP4 out: muxed as they are, with their own times. */
import { EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output, StreamTarget, type StreamTargetChunk } from "mediabunny";
import { type Frame, pixelAspectOf } from "../frame.ts";

/** Units of time in a second: what frames are measured in. */
const timescale = 1e6;
/** Of a recording of one frame, which nothing follows. */
const onlyFrameUs = 40_000;

export interface RecordingOptions {
  /**
   * True where the target takes bytes at any position, as a file does: its table of contents then stands
   * at the end, as every player reads it. Otherwise the bytes come in order, in fragments of a second or more.
   */
  seekable: boolean;
}

export class Recording {
  frames = 0;
  readonly #output: Output;
  readonly #source = new EncodedVideoPacketSource("avc");
  #lastDtsUs = 0;
  #intervalUs = onlyFrameUs;
  #firstUs = 0;
  #endUs = 0;
  #latestBeforeKeyUs = Number.NEGATIVE_INFINITY;
  #latestUs = Number.NEGATIVE_INFINITY;

  constructor(writable: WritableStream<StreamTargetChunk>, { seekable }: RecordingOptions) {
    this.#output = new Output({ format: new Mp4OutputFormat({ fastStart: seekable ? false : "fragmented" }), target: new StreamTarget(writable) });
    // A "frame rate" only sets the track's units: each frame keeps the time that it is given.
    this.#output.addVideoTrack(this.#source, { frameRate: timescale });
  }

  /** From the first picture to the end of the last. */
  get seconds(): number {
    return (this.#endUs - this.#firstUs) / 1e6;
  }

  /**
   * The next frame in decoding order; the first is a key frame. The muxer works the decoding times out
   * from the order; the units keep their bytes, parameter sets included.
   * @throws whatever the target threw
   */
  async add(frame: Frame): Promise<void> {
    const { data, key, codec, width, height, dtsUs } = frame;
    if (this.frames === 0) {
      await this.#output.start();
      this.#firstUs = frame.ptsUs;
    } else if (dtsUs > this.#lastDtsUs) this.#intervalUs = dtsUs - this.#lastDtsUs;
    if (key) this.#latestBeforeKeyUs = this.#latestUs;
    // Nothing may be shown before what was shown before the last key frame; only damaged sources say so.
    const ptsUs = Math.max(frame.ptsUs, this.#latestBeforeKeyUs);
    const packet = new EncodedPacket(data, key ? "key" : "delta", ptsUs / 1e6, this.#intervalUs / 1e6);
    const [across, down] = this.frames === 0 ? pixelAspectOf(frame) : [1, 1];
    const aspect = { displayAspectWidth: width * across, displayAspectHeight: height * down };
    const config = { codec: codec ?? "", codedWidth: width, codedHeight: height, ...aspect };
    await this.#source.add(packet, this.frames === 0 ? { decoderConfig: config } : undefined);
    this.frames++;
    this.#lastDtsUs = dtsUs;
    this.#latestUs = Math.max(this.#latestUs, ptsUs);
    this.#endUs = Math.max(this.#endUs, ptsUs + this.#intervalUs);
  }

  /** Writes what is left, and closes the target. */
  async finish(): Promise<void> {
    await this.#output.finalize();
  }
}
