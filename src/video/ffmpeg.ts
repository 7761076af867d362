/** The one door to ffmpeg: its command line as data, its process, and what it says. */
import { KtError } from "../errors.ts";
import type { Frame } from "./frame.ts";
import { readPackets } from "./packets.ts";

export interface JpegJob {
  /** A file or anything else that ffmpeg opens. */
  input: string;
  loop: boolean;
  /** ffmpeg's scale: 2 is best, 31 worst. */
  quality: number;
}

/**
 * The whole command line for JPEG frames. Fragmented QuickTime carries them with exact times, one
 * frame a fragment, so that each leaves ffmpeg as soon as it is encoded.
 */
export function jpegArguments({ input, loop, quality }: JpegJob): string[] {
  return [
    // Each message with its level and none folded into "repeated 3 times": they are counted.
    ...["-nostdin", "-hide_banner", "-nostats", "-v", "repeat+level+verbose"],
    ...(loop ? ["-stream_loop", "-1"] : []),
    // Times as they are in the source: ffmpeg would begin at zero, and round them to the average frame
    // rate. Of two pictures with one time, as damage makes them, the encoder takes only the first (vfr).
    ...["-copyts", "-i", input, "-map", "0:v:0", "-fps_mode", "vfr", "-enc_time_base", "-1"],
    ...["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", String(quality)],
    ...["-f", "mov", "-movflags", "frag_every_frame+empty_moov+default_base_moof+frag_discont"],
    ...["-avoid_negative_ts", "disabled", "-flush_packets", "1", "pipe:1"],
  ];
}

/** What ffmpeg said about a run. */
export interface DecodeReport {
  /** Packets that the source had. */
  packetsRead: number;
  /** Pictures that ffmpeg handed on. */
  framesEncoded: number;
  /** Pictures that ffmpeg itself calls corrupt, but showed. */
  framesDamaged: number;
  /** The source's length and frames a second, where it says so. */
  durationMs: number | undefined;
  framesPerSecond: number | undefined;
  /** Errors and warnings about the source, each once. */
  complaints: string[];
  /** The last error, for when nothing came. */
  lastError: string | undefined;
}

export function emptyReport(): DecodeReport {
  return { packetsRead: 0, framesEncoded: 0, framesDamaged: 0, durationMs: undefined, framesPerSecond: undefined, complaints: [], lastError: undefined };
}

const aboutKtsOwnChoices = /deprecated pixel format|automatic bitstream filtering|timebase is very high|No meaningful edit list/;

/** Takes one line of ffmpeg's log (-v repeat+level+verbose) into the report. */
export function readLogLine(report: DecodeReport, line: string): void {
  const read = /Input stream #0:\d+ \(video\): (\d+) packets read/.exec(line);
  if (read) report.packetsRead += Number(read[1]);
  const encoded = /Output stream #0:\d+ \(video\): (\d+) frames encoded/.exec(line);
  if (encoded) report.framesEncoded += Number(encoded[1]);
  const rate = /Stream #0:\d+.*: Video: .* ([\d.]+) fps/.exec(line);
  if (rate) report.framesPerSecond ??= Number(rate[1]);
  const duration = /Duration: (\d+):(\d+):([\d.]+)/.exec(line);
  if (duration && report.durationMs === undefined) report.durationMs = (Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])) * 1000;
  if (line.includes("corrupt decoded frame")) report.framesDamaged++;
  // A decoder also remarks on its source at the level of information ("[mpeg4 @ 0x…] [info] …").
  const level = /\[(warning|error|fatal)\] (.*)$/.exec(line) ?? /^\[\w+ @ 0x\w+\] \[(info)\] (.*)$/.exec(line);
  if (!level || aboutKtsOwnChoices.test(line)) return;
  const [, severity, sentence] = level as unknown as [string, string, string];
  if (severity === "error" || severity === "fatal") report.lastError = sentence;
  if (report.complaints.length < 20 && !report.complaints.includes(sentence)) report.complaints.push(sentence);
}

/**
 * How many pictures the source should have had. Where there are signs of damage, packets may have been
 * lost before they could be counted: then the source's own length tells.
 */
export function framesExpected({ packetsRead, framesDamaged, lastError, durationMs, framesPerSecond }: DecodeReport): number {
  const damaged = framesDamaged > 0 || lastError !== undefined;
  const byLength = damaged && durationMs !== undefined && framesPerSecond !== undefined ? Math.round((durationMs / 1000) * framesPerSecond) : 0;
  return Math.max(packetsRead, byLength);
}

/** A running ffmpeg: its frames in order, and its report, complete once the frames have ended. */
export interface VideoSource {
  /** Waits for the first picture. @throws KtError bad_input when there is none */
  begin(): Promise<void>;
  /** All pictures, once; the first as well. */
  frames(): AsyncIterable<Frame>;
  readonly report: DecodeReport;
  /** Ends ffmpeg; the frames then end as well. */
  stop(): void;
}

/** @param ffmpeg path of the program */
export function startJpeg(ffmpeg: string, job: JpegJob): VideoSource {
  const child = Bun.spawn([ffmpeg, ...jpegArguments(job)], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const report = emptyReport();
  const logRead = readLog(child.stderr, report);
  let stopped = false;

  async function* read(): AsyncGenerator<Frame> {
    let count = 0;
    for await (const frame of readPackets(child.stdout)) {
      count++;
      yield frame;
    }
    const exitCode = await child.exited;
    await logRead;
    if (stopped) return;
    if (count === 0) throw noPictures(job.input, report);
    if (exitCode !== 0)
      throw new KtError({
        code: "bad_input",
        message: `ffmpeg ended with code ${exitCode} while reading '${job.input}'${report.lastError ? `: ${report.lastError}` : ""}.`,
      });
  }

  const pictures = read();
  let first: Promise<IteratorResult<Frame>> | undefined;
  return {
    async begin() {
      first ??= pictures.next();
      await first;
    },
    async *frames() {
      const begun = await first;
      if (begun?.done) return;
      if (begun) yield begun.value;
      yield* pictures;
    },
    report,
    stop() {
      stopped = true;
      child.kill();
    },
  };
}

async function readLog(stream: ReadableStream<Uint8Array>, report: DecodeReport): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) readLogLine(report, line);
  }
  readLogLine(report, rest);
}

function noPictures(input: string, report: DecodeReport): KtError {
  const said = report.lastError ?? "it gave no reason";
  if (/matches no streams/.test(said)) return new KtError({ code: "bad_input", message: `'${input}' has no video in it.`, hint: "Give a file with pictures." });
  if (/No such file/.test(said)) return new KtError({ code: "bad_input", message: `There is no file '${input}'.` });
  return new KtError({
    code: "bad_input",
    message: `'${input}' is no video that ffmpeg can read (${said.replace(`${input}: `, "")}).`,
    hint: "Give a video file: mp4, mkv, avi, mov and others.",
  });
}
