/** What is particular to streams that publishers bring: how each is read, and what is said of them. */
import { KtError } from "../errors.ts";
import type { VideoJob } from "../video/source/arguments.ts";
import type { DecodeReport } from "../video/source/ffmpeg-log.ts";
import type { Publisher } from "../video/source/listen/publisher.ts";

/** The same is said again after so long. */
const toldEveryMs = 60_000;
/** So long ffmpeg looks at what a publisher sends; by itself it would wait five seconds for sound that does not come. */
const lookUs = 1_000_000;
/** A transport stream that is joined in the middle may say only with its next key frame how large its pictures are. */
const lookLongUs = 6_000_000;

/** How ffmpeg reads this one. @param longer who was there before sent nothing that could be read */
export function published(video: VideoJob, { location, inputOptions }: Publisher, longer: boolean): VideoJob {
  const look = ["-analyzeduration", String(longer ? lookLongUs : lookUs)];
  return { ...video, input: { ...video.input, location }, inputOptions: [...inputOptions, ...look, ...video.inputOptions] };
}

/** ffmpeg takes a publisher with another stream key all the same, and only says so. */
export function isRefused({ complaints }: DecodeReport): boolean {
  return complaints.some((complaint) => complaint.startsWith("Unexpected stream "));
}

/** Another ffmpeg waits on, and nothing is said of it. */
export const nobody = new KtError({ code: "bad_input", message: "nobody came" });

/** ffmpeg has waited as long as it was told to. */
export function nobodyCame({ accepted, format, lastError }: DecodeReport): boolean {
  return !accepted && format === undefined && /Connection timed out$/.test(lastError ?? "");
}

const codecNames: Record<string, string> = { h264: "H.264", hevc: "HEVC", av1: "AV1", vp9: "VP9", mjpeg: "JPEG" };

/** Waiting, connected, left; who comes without a picture again and again is told of once a minute. */
export class PublisherNotes {
  readonly #say: (line: string) => void;
  readonly #shown: string;
  /** The last one brought no picture. */
  wasInVain = false;
  /** Somebody was there at all. */
  wasThere = false;
  #last = "";
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /** @param shown the address without its secrets */
  constructor(say: (line: string) => void, shown: string) {
    this.#say = say;
    this.#shown = shown;
  }

  waiting(): void {
    if (this.#last === "") this.#tell(`waiting for a publisher at ${this.#shown}.`);
  }

  connected(from: string | undefined, { source }: DecodeReport): void {
    const codec = source && (codecNames[source.codec] ?? source.codec);
    this.#tell(`a publisher is connected${from === undefined ? "" : ` (from ${from})`}${codec === undefined ? "" : `, and sends ${codec}`}.`);
  }

  /** @param sent how many pictures it brought */
  left(why: string, sent: number): void {
    this.wasInVain = sent === 0 && this.wasThere && !/^a publisher/.test(why);
    const reason = why.replace(/\.$/, "");
    if (sent > 0) this.#tell(`${/^no picture/.test(reason) ? `the publisher sent ${reason}` : "the publisher left"}; waiting for the next at ${this.#shown}.`);
    else if (!this.wasThere) this.#tell(`nobody can come now (${reason}); trying again.`);
    else this.#tell(`${/^a publisher/.test(reason) ? reason : `a publisher came and sent no picture (${reason})`}; waiting for the next.`);
  }

  #tell(line: string): void {
    const now = performance.now();
    if (line === this.#last && now - this.#lastAtMs < toldEveryMs) return;
    this.#last = line;
    this.#lastAtMs = now;
    this.#say(line);
  }
}
