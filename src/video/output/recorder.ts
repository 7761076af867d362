/** A stream's frames into a file, and into a further one where a file cannot go on. */
import { extname } from "node:path";
import { KtError } from "../../errors.ts";
import { Transcoder } from "../ffmpeg/transcoder.ts";
import type { Frame, RecordedFrame } from "../frame.ts";
import { OutputFile } from "./output-file.ts";
import { Recording } from "./recording.ts";
import { Timeline } from "./timeline.ts";

/** For what is still on its way into the file, out of the encoder as well, */
const endBytes = 4 << 20;
/** and for what its table of contents says of each picture. */
const entryBytes = 40;

export interface RecorderOptions {
  path: string;
  force: boolean;
  /** Path of the program; asked only where pictures have to be encoded. */
  ffmpeg: () => string;
  /** What the user should know while it goes on. */
  note: (line: string) => void;
}

/** What became a file. */
export interface RecordedFile {
  path: string;
  frames: number;
  seconds: number;
  bytes: number;
}

/** One file: where its pictures go first, and what they may be. */
interface Part {
  file: OutputFile;
  recording: Recording;
  timeline: Timeline;
  first: Frame;
  encoder: Transcoder | undefined;
  /** Times of the pictures that are in the encoder, by their index. */
  waiting: Map<number, Frame>;
  fed: number;
  scaled: boolean;
}

export class Recorder {
  readonly files: RecordedFile[] = [];
  /** H.264 that could not be decoded, as what it builds on came before the recording. */
  leftOut = 0;
  readonly #options: RecorderOptions;
  #next: OutputFile | undefined;
  #part: Part | undefined;
  /** The run that can be decoded, and the time of its first picture here. */
  #run: string | undefined;
  #runBeginsUs = 0;

  private constructor(options: RecorderOptions, first: OutputFile) {
    this.#options = options;
    this.#next = first;
  }

  /** Makes the file, so that what is wrong with it is known before anything is read. @throws KtError */
  static async open(options: RecorderOptions): Promise<Recorder> {
    if (extname(options.path).toLowerCase() !== ".mp4") throw KtError.usage(`--record writes MP4, and '${options.path}' does not end in .mp4.`);
    return new Recorder(options, await OutputFile.create(options.path, options.force));
  }

  async add(recorded: RecordedFrame): Promise<void> {
    if (!this.#decodable(recorded)) {
      this.leftOut++;
      return;
    }
    const { frame } = recorded;
    if (this.#part && !fits(this.#part.first, frame)) {
      this.#options.note(`${this.#part.file.path} ends: the stream goes on as ${describe(frame)}.`);
      await this.#finishPart();
    }
    this.#part ??= await this.#begin(frame);
    const part = this.#part;
    await part.file.holdBack(endBytes + part.recording.frames * entryBytes);
    const placed = part.timeline.place(recorded);
    await (part.encoder ? this.#feed(part, frame, placed) : part.recording.add(placed));
    if (part.file.full) await this.#endFull();
  }

  /** @throws KtError always: nothing more can be recorded */
  async #endFull(): Promise<never> {
    await this.#finishPart();
    const { path, seconds } = this.files.at(-1) as RecordedFile;
    const earlier = this.files.length > 1 ? `, as can the ${this.files.length - 1} before it` : "";
    throw new KtError({
      code: "bad_input",
      message: `The disk is full: '${path}' ends there, after ${seconds.toFixed(1)} s, and can be played${earlier}.`,
      hint: "Make room, or write to another disk.",
    });
  }

  async #feed(part: Part, frame: Frame, placed: Frame): Promise<void> {
    if (!part.scaled && (frame.width !== part.first.width || frame.height !== part.first.height)) {
      part.scaled = true;
      this.#options.note(
        `${part.file.path}: pictures of ${frame.width}x${frame.height} are scaled to ${part.first.width}x${part.first.height}, as the first one is.`,
      );
    }
    part.waiting.set(part.fed++, { ...placed, data: new Uint8Array() });
    await part.encoder?.feed(frame.data);
  }

  /** Ends the file; without a frame in it, there is none. */
  async finish(): Promise<void> {
    await this.#finishPart();
    await this.#next?.discard();
    this.#next = undefined;
  }

  /** After a failure: a file without its end cannot be played, so it is taken away. */
  async discard(): Promise<void> {
    this.#part?.encoder?.kill();
    await this.#part?.file.discard();
    await this.#next?.discard();
  }

  /** From a key frame on, everything is; after a discontinuity only from the next one. */
  #decodable({ frame: { key, ptsUs }, run }: RecordedFrame): boolean {
    if (key && (run !== this.#run || ptsUs < this.#runBeginsUs)) {
      this.#run = run;
      this.#runBeginsUs = ptsUs;
    }
    // A picture that is shown before the first key frame builds on one that is missing.
    return run === this.#run && ptsUs >= this.#runBeginsUs;
  }

  async #begin(first: Frame): Promise<Part> {
    const { path, force } = this.#options;
    const file = this.#next ?? (await OutputFile.create(numbered(path, this.files.length + 1), force));
    this.#next = undefined;
    const recording = new Recording(file.writable(), { seekable: true });
    const part: Part = {
      file,
      recording,
      timeline: new Timeline(),
      first: { ...first, data: new Uint8Array() },
      encoder: undefined,
      waiting: new Map(),
      fed: 0,
      scaled: false,
    };
    if (first.type !== "video/h264") part.encoder = this.#encode(part);
    return part;
  }

  #encode({ recording, first, waiting }: Part): Transcoder {
    return new Transcoder(this.#options.ffmpeg(), first.type, "video/h264", first, async ({ frame, index }) => {
      const placed = waiting.get(index);
      // Earlier ones will not come any more: ffmpeg could not decode them.
      for (const earlier of waiting.keys()) {
        if (earlier > index) break;
        waiting.delete(earlier);
      }
      if (placed) await recording.add({ ...frame, ptsUs: placed.ptsUs, dtsUs: placed.dtsUs });
    });
  }

  async #finishPart(): Promise<void> {
    const part = this.#part;
    if (!part) return;
    await part.encoder?.finish();
    const { file, recording, timeline, fed, encoder } = part;
    if (recording.frames === 0) throw new KtError({ code: "bad_input", message: "None of the pictures could be decoded, so there is nothing to record." });
    await recording.finish();
    this.#part = undefined;
    this.files.push({ path: file.path, frames: recording.frames, seconds: recording.seconds, bytes: file.bytes });
    if (encoder && recording.frames < fed)
      this.#options.note(`${fed - recording.frames} of ${fed} pictures could not be decoded, and are missing in ${file.path}.`);
    if (timeline.shortenedGaps > 0)
      this.#options.note(`${file.path}: longer gaps than an MP4 can hold were shortened to 33 minutes: ${timeline.shortenedGaps}.`);
  }
}

/** Whether a frame can follow in the same file: ffmpeg scales JPEG and PNG, but H.264 is left as it is. */
function fits(first: Frame, frame: Frame): boolean {
  if (frame.type !== first.type) return false;
  return frame.type !== "video/h264" || !frame.key || (frame.width === first.width && frame.height === first.height);
}

const typeNames = { "image/jpeg": "JPEG", "image/png": "PNG", "video/h264": "H.264" };
const describe = ({ type, width, height }: Frame) => `${typeNames[type]} of ${width}x${height}`;

/** out.mp4, out-2.mp4, … */
function numbered(path: string, number: number): string {
  return number === 1 ? path : `${path.slice(0, -extname(path).length)}-${number}${extname(path)}`;
}
