/** The one door to ffmpeg: a running source of frames, and what ffmpeg says about it. */
import { readFile } from "node:fs/promises";
import { KtError } from "../errors.ts";
import { secretsHider } from "../secrets.ts";
import { type Encoding, isFiltered, secretOptions, type VideoJob, videoArguments } from "./arguments.ts";
import { type DecodeReport, emptyReport, readLogLine } from "./ffmpeg-log.ts";
import type { Frame } from "./frame.ts";
import { imagesIn } from "./input.ts";
import { readPackets } from "./packets.ts";
import { sniffFrame } from "./sniff.ts";
import { StdinFeed } from "./stdin-feed.ts";

/** A running ffmpeg: its frames in order, and its report, complete once the frames have ended. */
export interface VideoSource {
  /** Waits for the first picture. @throws KtError bad_input when there is none */
  begin(): Promise<void>;
  /** All pictures, once; the first as well. */
  frames(): AsyncIterable<Frame>;
  readonly report: DecodeReport;
  /** What the user should know of the way that the pictures take; undefined when there is nothing to say. */
  readonly remark: string | undefined;
  /** Ends ffmpeg; the frames then end as well. */
  stop(): void;
}

const terminationMs = 2000;

/** One start of the program. */
interface Run {
  report: DecodeReport;
  packets: ReadableStream<Uint8Array>;
  /** Resolves when the source is described, or ffmpeg has ended. */
  opened: Promise<void>;
  /** Resolves with the exit code once the log is read to its end. */
  ended: Promise<number>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

type Hide = (sentence: string) => string;

function start(ffmpeg: string, args: string[], feed: StdinFeed | undefined, hide: Hide): Run {
  // In a process group of its own: Ctrl-C is for kt, which then ends ffmpeg.
  const child = Bun.spawn([ffmpeg, ...args], { stdin: feed ? "pipe" : "ignore", stdout: "pipe", stderr: "pipe", detached: true });
  if (feed && child.stdin) feed.into(child.stdin);
  const report = emptyReport();
  const opened = Promise.withResolvers<void>();
  const logRead = readLog(child.stderr, report, opened.resolve, hide);
  return {
    report,
    packets: child.stdout,
    opened: opened.promise,
    ended: Promise.all([child.exited, logRead]).then(([code]) => code),
    kill: (signal) => child.kill(signal),
  };
}

async function readLog(stream: ReadableStream<Uint8Array>, report: DecodeReport, onOpened: () => void, hide: Hide): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) readLogLine(report, line, hide);
    if (report.opened) onOpened();
  }
  readLogLine(report, rest, hide);
  onOpened();
}

/** ffmpeg's names of what may be a record as it is. */
const untouched = new Set(["h264", "mjpeg", "png"]);

/** Formats that number H.264 in the order in which it is stored: with B-frames only a decoder knows the other one. */
const withoutPresentationTimes = /^(?:avi|h264)$/;

interface Choice {
  encoding: Encoding;
  remark?: string;
}

/** How the pictures of a source are written, once it is known what they are. @throws KtError usage for a copy that no record can carry */
export function chooseEncoding(job: VideoJob, { source, format }: DecodeReport): Choice {
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
    return {
      encoding: "copy",
      remark: source.rotationDegrees === 0 ? undefined : `${name} is copied as it is stored: turned by ${source.rotationDegrees} degrees.`,
    };
  }
  if (isFiltered(job)) return { encoding: "mjpeg" };
  if (source.codec === "rawvideo") return { encoding: "mjpeg" };
  if (!untouched.has(source.codec)) return { encoding: "mjpeg", remark: `${name} is ${source.codec}, which not every browser plays: it is encoded as JPEG.` };
  if (source.rotationDegrees !== 0)
    return {
      encoding: "mjpeg",
      remark: `${name} has to be turned by ${source.rotationDegrees} degrees, so it is encoded as JPEG (--codec copy leaves it as it is).`,
    };
  if (source.codec === "h264" && withoutPresentationTimes.test(format ?? "") && !job.input.live)
    return {
      encoding: "mjpeg",
      remark: `${name} does not store when its pictures are shown, so it is encoded as JPEG (--codec copy takes the order in which they are stored).`,
    };
  return { encoding: "copy" };
}

/** @param ffmpeg path of the program */
export function openVideo(ffmpeg: string, job: VideoJob): VideoSource {
  const feed = feedFor(job);
  const guess: Encoding = job.codec === "auto" ? "copy" : job.codec;
  const hide = secretsHider(job.input.kind === "network" ? job.input.location : undefined, secretOptions(job));
  let run = start(ffmpeg, videoArguments(job, guess), feed, hide);
  let remark: string | undefined;
  let restarted = false;
  let stopped = false;
  /** What the first ffmpeg said tells more than that another one failed as well. */
  let firstReport: DecodeReport | undefined;
  let count = 0;

  const restart = (encoding: Encoding) => {
    restarted = true;
    run.kill("SIGKILL");
    run = start(ffmpeg, videoArguments(job, encoding), feed, hide);
    feed?.settle();
  };

  /** What ffmpeg was started with may turn out to be wrong for this source: it is started again then. */
  async function settle(): Promise<void> {
    await run.opened;
    if (stopped) return;
    const choice = chooseEncoding(job, run.report);
    remark = choice.remark;
    if (choice.encoding !== guess) restart(choice.encoding);
    else if (job.codec !== "auto") feed?.settle();
  }

  async function* read(): AsyncGenerator<Frame> {
    await settle();
    for (;;) {
      for await (const frame of readPackets(run.packets)) {
        if (frame.type !== "video/h264" && sniffFrame(frame.data) !== frame.type) {
          run.report.framesUnusable++;
          continue;
        }
        if (count++ === 0) feed?.settle();
        yield frame;
      }
      const exitCode = await run.ended;
      firstReport ??= run.report;
      if (stopped) return;
      if (exitCode === 0 && count > 0) return;
      // Pictures without times, as in a bare .h264 file, cannot be copied.
      if (count === 0 && job.codec === "auto" && run.report.source && !restarted) {
        remark = `${job.input.name} cannot be passed on as it is (${run.report.lastError ?? "ffmpeg gave no reason"}): it is encoded as JPEG.`;
        restart("mjpeg");
        continue;
      }
      throw count === 0 ? noPictures(job, firstReport) : interrupted(job, run.report, exitCode);
    }
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
    get report() {
      return run.report;
    },
    get remark() {
      return remark;
    },
    stop() {
      if (stopped) return;
      stopped = true;
      // By SIGTERM it takes leave of a camera; what does not answer is ended all the same.
      const { kill, ended } = run;
      kill("SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), terminationMs);
      void ended.finally(() => clearTimeout(timer));
    },
  };
}

function feedFor({ input, times }: VideoJob): StdinFeed | undefined {
  if (input.kind === "stdin") return new StdinFeed(Bun.stdin.stream());
  if (input.kind === "images") return new StdinFeed(contents(imagesIn(input.location), times));
  return undefined;
}

async function* contents(paths: string[], times: number): AsyncGenerator<Uint8Array> {
  for (let time = 0; time < times; time++) for (const path of paths) yield await readFile(path);
}

function interrupted({ input }: VideoJob, { lastError }: DecodeReport, exitCode: number): KtError {
  const said = lastError ? `: ${lastError}` : "";
  return new KtError({ code: "bad_input", message: `ffmpeg ended with code ${exitCode} while reading '${input.shown}'${said}.` });
}

function noPictures({ input }: VideoJob, { lastError, complaints }: DecodeReport): KtError {
  const bad = (message: string, hint?: string) => new KtError({ code: "bad_input", message, hint });
  const said = lastError ?? "it gave no reason";
  if (input.kind === "stdin" && complaints.some((complaint) => /partial file|moov atom not found/.test(complaint)))
    return bad(
      "The MP4 on stdin has its index at the end, so it cannot be read from a pipe.",
      "Give the file's name, or < FILE; or make it with -movflags +faststart.",
    );
  if (/matches no streams/.test(said)) return bad(`'${input.shown}' has no video in it.`, "Give a file with pictures.");
  if (/No such file/.test(said)) return bad(`There is no file '${input.shown}'.`);
  if (/Unknown encoder 'libx264'/.test(said)) return bad("This ffmpeg cannot encode H.264.", "Use one with libx264, or --codec mjpeg.");
  if (input.kind === "file" || input.kind === "stdin") {
    const reason = said.replace(`file:${input.location}: `, "").replace(`${input.location}: `, "");
    return bad(`'${input.shown}' is no video that ffmpeg can read (${reason}).`, "Give a video file: mp4, mkv, avi, mov and others.");
  }
  return bad(`'${input.shown}' cannot be opened: ${said.replace(`${input.shown}: `, "")}.`, "Is the address right, and the camera on?");
}
