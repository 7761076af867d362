/** A video, camera or folder of images that ffmpeg reads: its frames, and what ffmpeg says about it. */
import { extname } from "node:path";
import { KtError } from "../../errors.ts";
import { secretsHider } from "../../secrets.ts";
import { spawnFfmpeg } from "../ffmpeg/ffmpeg-child.ts";
import { wholeJpeg } from "../formats/picture-size.ts";
import { sniffFrame } from "../formats/sniff.ts";
import type { Frame } from "../frame.ts";
import { type Encoding, isFiltered, secretOptions, type VideoJob, videoArguments } from "./arguments.ts";
import { chooseEncoding, cutAway } from "./encoding.ts";
import { type DecodeReport, emptyReport, readLogLine } from "./ffmpeg-log.ts";
import { firstImage, imagesIn, readImages } from "./images.ts";
import { readMp4Index } from "./mp4-index.ts";
import { readPackets } from "./packets.ts";
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
  /** Whether the source is to be read as bare JPEG, as turned out meanwhile: see VideoJob. */
  readonly bareJpeg: boolean;
  /** Of a publisher, how the next one is likely to be written: see VideoJob. */
  readonly expected: Encoding | undefined;
  /** Ends ffmpeg; the frames then end as well. @param atOnce without its taking leave */
  stop(atOnce?: boolean): void;
  /** Resolves when ffmpeg has ended, and what it had open is free. */
  readonly ended: Promise<unknown>;
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
  const child = feed ? spawnFfmpeg(ffmpeg, args, "pipe") : spawnFfmpeg(ffmpeg, args, "ignore");
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

/**
 * @param ffmpeg path of the program
 * @param onSkipped told of each image of a folder that is left out
 */
export function openVideo(ffmpeg: string, asked: VideoJob, onSkipped: (path: string, why: string) => void = () => {}): VideoSource {
  const { input } = asked;
  const job = input.kind === "images" ? { ...asked, imageKind: firstImage(imagesIn(input.location))?.kind } : asked;
  const feed = feedFor(job, onSkipped);
  const once = input.listens === true;
  let expected = job.expected ?? (once && isFiltered(job) ? "mjpeg" : "copy");
  const guess: Encoding = job.codec === "auto" ? expected : job.codec;
  const hide = secretsHider(job.input.kind === "network" ? job.input.location : undefined, secretOptions(job));
  let run = start(ffmpeg, videoArguments(job, guess), feed, hide);
  let remark: string | undefined;
  let restarted = false;
  let stopped = false;
  /** What the first ffmpeg said tells more than that another one failed as well. */
  let firstReport: DecodeReport | undefined;
  let count = 0;
  let bareJpeg = job.bareJpeg ?? false;
  let framesListed: number | undefined;

  const restart = (encoding: Encoding) => {
    restarted = true;
    run.kill("SIGKILL");
    run = start(ffmpeg, videoArguments({ ...job, bareJpeg }, encoding), feed, hide);
    run.report.framesListed = framesListed;
    feed?.settle();
  };

  /** What ffmpeg was started with may turn out to be wrong for this source: it is started again then. */
  async function settle(): Promise<void> {
    await run.opened;
    if (stopped) return;
    const { format, source } = run.report;
    const index = job.input.kind === "file" && format?.startsWith("mov,") ? await readMp4Index(job.input.location, source?.id) : undefined;
    if (stopped) return;
    if (index && Number.isFinite(job.times)) framesListed = run.report.framesListed = index.shown * job.times;
    const choice = chooseEncoding(job, run.report, index?.cut);
    remark = choice.remark;
    if (run.report.source) expected = choice.encoding;
    if (once && choice.encoding !== guess && choice.encoding !== "copy") throw comesTooSoon(run.report);
    if (choice.encoding !== guess && !once) restart(choice.encoding);
    else if (job.codec !== "auto") feed?.settle();
  }

  async function* read(): AsyncGenerator<Frame> {
    await settle();
    for (;;) {
      let again = false;
      for await (const packet of readPackets(run.packets)) {
        const frame = bareJpeg && packet.type === "image/jpeg" ? { ...packet, data: wholeJpeg(packet.data) } : packet;
        if (frame.type !== "video/h264" && sniffFrame(frame.data) !== frame.type) {
          run.report.framesUnusable++;
          continue;
        }
        // Where the index of an MP4 cannot be read by kt, as it comes through a pipe.
        if (count === 0 && job.codec === "auto" && !restarted && frame.type === "video/h264" && frame.ptsUs < 0 && run.report.format?.startsWith("mov,")) {
          again = true;
          break;
        }
        if (count++ === 0) feed?.settle();
        yield frame;
      }
      if (again) {
        remark = cutAway(job.input.name);
        restart("mjpeg");
        continue;
      }
      const exitCode = await run.ended;
      firstReport ??= run.report;
      if (stopped) return;
      const refusesParts = !bareJpeg && isRefusedMotionJpeg(job, run.report, count);
      if (refusesParts) bareJpeg = true;
      if (exitCode === 0 && count > 0) return;
      if (refusesParts && count === 0) {
        restart(guess);
        continue;
      }
      // Pictures without times, as in a bare .h264 file, cannot be copied.
      if (count === 0 && job.codec === "auto" && run.report.source && !restarted && !once) {
        remark = `${job.input.name} cannot be passed on as it is (${run.report.lastError ?? "ffmpeg gave no reason"}): it is encoded as JPEG.`;
        restart("mjpeg");
        continue;
      }
      if (feed?.failure !== undefined) throw unreadable(job, feed.failure);
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
    get bareJpeg() {
      // What gave no picture that way either may have been a page that says "busy".
      return bareJpeg && (count > 0 || job.bareJpeg === true);
    },
    get ended() {
      return run.ended;
    },
    get expected() {
      return once ? expected : undefined;
    },
    stop(atOnce = false) {
      if (stopped) return;
      stopped = true;
      // By SIGTERM it takes leave of a camera; what does not answer is ended all the same.
      const { kill, ended } = run;
      // One that waits for a publisher has nobody to take leave of, and looks at no signal before its next look for one.
      kill(atOnce || (once && !run.report.opened) ? "SIGKILL" : "SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), terminationMs);
      void ended.finally(() => clearTimeout(timer));
    },
  };
}

/** Addresses of whole files: what ffmpeg cannot read of them is no camera's. */
const wholeFile = /^\.(?:mp4|m4v|mov|mkv|webm|avi|ts|mpe?g|flv|ogv|3gp|wmv|m3u8?|mpd|html?)$/i;

/**
 * A camera of Motion JPEG over HTTP whose parts ffmpeg does not take: they call themselves image/jpg, or nothing, or the
 * first one has no boundary before it, or the length is wrong. The pictures in them can be read all the same.
 */
function isRefusedMotionJpeg({ input }: VideoJob, { format, complaints, lastError }: DecodeReport, count: number): boolean {
  if (input.kind !== "network" || !/^https?:/i.test(input.location) || !URL.canParse(input.location)) return false;
  if (format === "mpjpeg")
    return count === 0 || complaints.some((complaint) => /Expected boundary|Unexpected Content-Type|Invalid Content-Length/.test(complaint));
  return format === undefined && /Invalid data found/.test(lastError ?? "") && !wholeFile.test(extname(new URL(input.location).pathname));
}

function comesTooSoon({ source }: DecodeReport): KtError {
  const codec = source?.codec === "h264" ? "H.264 that has to be turned or stretched" : (source?.codec ?? "something").toUpperCase();
  return new KtError({ code: "bad_input", message: `a publisher sends ${codec}, which becomes JPEG: it is taken when it connects again` });
}

function feedFor({ input, times }: VideoJob, onSkipped: (path: string, why: string) => void): StdinFeed | undefined {
  if (input.kind === "stdin") return new StdinFeed(Bun.stdin.stream());
  if (input.kind === "images") return new StdinFeed(readImages(imagesIn(input.location), times, onSkipped));
  return undefined;
}

function unreadable({ input }: VideoJob, cause: unknown): KtError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KtError({ code: "bad_input", message: `'${input.shown}' cannot be read: ${why.replace(/\.$/, "")}.`, cause });
}

function interrupted({ input }: VideoJob, { lastError }: DecodeReport, exitCode: number): KtError {
  const said = lastError ? `: ${lastError}` : "";
  return new KtError({ code: "bad_input", message: `ffmpeg ended with code ${exitCode} while reading '${input.shown}'${said}.` });
}

function noPictures({ input }: VideoJob, { lastError, complaints }: DecodeReport): KtError {
  const bad = (message: string, hint?: string) => new KtError({ code: "bad_input", message, hint });
  const said = lastError ?? "it gave no reason";
  if (input.kind === "images") return bad(`None of the images in '${input.shown}' can be read.`, "Are they pictures, and may you read them?");
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
  if (/Protocol not found/.test(said)) {
    const protocol = /^\w+/.exec(input.location)?.[0].toUpperCase() ?? "";
    const message = `This ffmpeg knows no ${protocol}, and so cannot open '${input.shown}'.`;
    return new KtError({ code: "no_ffmpeg", message, hint: "Take the one inside kt, or name another by --ffmpeg: ffmpeg -protocols shows what it knows." });
  }
  return bad(`'${input.shown}' cannot be opened: ${said.replace(`${input.shown}: `, "")}.`, "Is the address right, and the camera on?");
}
