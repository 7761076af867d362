/** Each picture of one or more streams as a file of its own. */
import { extname } from "node:path";
import { KtError } from "../../errors.ts";
import { Transcoder } from "../ffmpeg/transcoder.ts";
import { type Frame, type FrameType, type RecordedFrame, shownSize } from "../frame.ts";
import { longestNameBytes, safeName } from "./file-names.ts";
import { writeWhole } from "./whole-file.ts";

/** Where pictures go: "frames/{key}/%06d.jpg". */
export interface PicturePattern {
  type: FrameType;
  /** Whether the stream's name is part of it. */
  perStream: boolean;
  /**
   * A stream's name as the pattern takes it.
   * @param suffix tells it from another stream that would have the same
   */
  word(stream: string, suffix: string): string;
  /** @param word the stream's name, harmless; @param number from 1 */
  path(word: string, number: number): string;
}

const token = /%0*(\d*)d|\{key\}/g;
/** More digits than pictures were ever counted with. */
const mostDigits = 15;
/** Less of a stream's name tells nothing. */
const leastNameBytes = 32;

const typeOf: Record<string, FrameType> = { ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png" };

/** @throws KtError usage */
export function parsePattern(text: string): PicturePattern {
  const type = typeOf[extname(text).toLowerCase()];
  if (!type) throw KtError.usage(`--save writes pictures, and '${text}' does not end in .jpg or .png.`);
  if ((text.match(/%\d*d/g) ?? []).length !== 1) throw KtError.usage(`--save needs a place for the number in '${text}'.`, "Write it once: frames/%06d.jpg.");
  const maxBytes = Math.min(...text.split("/").map(roomForName));
  if (maxBytes < leastNameBytes)
    throw KtError.usage(`--save leaves no room for the stream's name in '${text}': a file's name has ${longestNameBytes} bytes at most.`);
  return {
    type,
    perStream: text.includes("{key}"),
    word(stream, suffix) {
      const word = safeName(stream, maxBytes - suffix.length - 2) + suffix;
      // cam1 and its picture 2 must not be cam and its picture 12.
      const before = /%\d*d\{key\}/.test(text) && /^\d/.test(word) ? "_" : "";
      const after = /\{key\}%\d*d/.test(text) && /\d$/.test(word) ? "_" : "";
      return before + word + after;
    },
    path: (word, number) => text.replace(token, (found, width: string) => (found === "{key}" ? word : String(number).padStart(Number(width), "0"))),
  };
}

/** How many bytes a stream's name may have in one part of the path; Infinity where it is not in it. */
function roomForName(part: string): number {
  const names = part.split("{key}").length - 1;
  const digits = Math.max(mostDigits, ...[...part.matchAll(token)].map(([, width]) => Number(width ?? 0)));
  const fixed = Buffer.byteLength(part.replace(token, "")) + (/%\d*d/.test(part) ? digits : 0);
  return names === 0 ? Number.POSITIVE_INFINITY : Math.floor((longestNameBytes - fixed) / names);
}

export interface SaverOptions {
  pattern: PicturePattern;
  force: boolean;
  ffmpeg: () => string;
}

export class PictureSaver {
  saved = 0;
  /** H.264 that could not be decoded, as what it builds on came before. */
  leftOut = 0;
  readonly #options: SaverOptions;
  readonly #streams = new Map<string, StreamSaver>();
  readonly #names = new Set<string>();

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  async add(recorded: RecordedFrame): Promise<void> {
    let stream = this.#streams.get(recorded.name);
    if (!stream) {
      const name = this.#uniqueName(recorded.name);
      const { pattern, force, ffmpeg } = this.#options;
      const save = async (data: Uint8Array, number: number) => {
        await writeWhole(pattern.path(name, number), data, force);
        this.saved++;
      };
      stream = new StreamSaver(pattern.type, ffmpeg, save);
      this.#streams.set(recorded.name, stream);
    }
    if (!(await stream.add(recorded))) this.leftOut++;
  }

  async finish(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.drain();
  }

  discard(): void {
    for (const stream of this.#streams.values()) stream.kill();
  }

  /** "a/b" and "a_b" must not get into each other's way. */
  #uniqueName(stream: string): string {
    let name = this.#options.pattern.word(stream, "");
    for (let i = 2; this.#names.has(name); i++) name = this.#options.pattern.word(stream, `-${i}`);
    this.#names.add(name);
    return name;
  }
}

/** One stream's pictures: written as they are where the type is right, else by way of ffmpeg. */
class StreamSaver {
  #count = 0;
  #converter: { transcoder: Transcoder; first: Frame } | undefined;
  #run: string | undefined;
  readonly #type: FrameType;
  readonly #ffmpeg: () => string;
  readonly #save: (data: Uint8Array, number: number) => Promise<void>;

  constructor(type: FrameType, ffmpeg: () => string, save: (data: Uint8Array, number: number) => Promise<void>) {
    this.#type = type;
    this.#ffmpeg = ffmpeg;
    this.#save = save;
  }

  /** False where the frame cannot be decoded. */
  async add({ frame, run }: RecordedFrame): Promise<boolean> {
    // After a discontinuity only a key frame can be decoded.
    if (frame.key) this.#run = run;
    else if (run !== this.#run) return false;
    const { type, width, height } = frame;
    const first = this.#converter?.first;
    if (first && (type !== first.type || (frame.key && (width !== first.width || height !== first.height)))) await this.drain();
    if (type === this.#type) {
      await this.#save(frame.data, ++this.#count);
      return true;
    }
    this.#converter ??= { transcoder: this.#convert(frame), first: { ...frame, data: new Uint8Array() } };
    await this.#converter.transcoder.feed(frame.data);
    return true;
  }

  /** Until everything that was added is saved. */
  async drain(): Promise<void> {
    await this.#converter?.transcoder.finish();
    this.#converter = undefined;
  }

  kill(): void {
    this.#converter?.transcoder.kill();
  }

  #convert(frame: Frame): Transcoder {
    return new Transcoder(this.#ffmpeg(), frame.type, this.#type, shownSize(frame), ({ frame: { data } }) => this.#save(data, ++this.#count));
  }
}
