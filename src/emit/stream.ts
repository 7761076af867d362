/** One source's way to Kafka, from its first frame to its last; a camera's over and over again. */
import { randomBytes } from "node:crypto";
import { KtError } from "../errors.ts";
import { pause } from "../terminal/shutdown.ts";
import { endRecord, type Frame, frameRecord, type Stream } from "../video/frame.ts";
import type { Encoding, VideoJob } from "../video/source/arguments.ts";
import { afterBurst } from "../video/source/burst.ts";
import { CaptureClock } from "../video/source/capture-clock.ts";
import { openVideo, type VideoSource } from "../video/source/ffmpeg.ts";
import { type DecodeReport, emptyReport } from "../video/source/ffmpeg-log.ts";
import type { Listener, Publisher } from "../video/source/listen/publisher.ts";
import type { Pace } from "../video/source/pacing.ts";
import { Ledger } from "./ledger.ts";
import type { Outlet } from "./outlet.ts";
import { PacedTimes } from "./paced-times.ts";
import { firstOfFileMs, firstPauseMs, firstPictureMs, firstPublishedMs, longestPauseMs, piecesStallMs, publisherPauseMs, stallMs } from "./patience.ts";
import { isRefused, nobody, nobodyCame, PublisherNotes, published } from "./publishers.ts";
import type { Topics } from "./topics.ts";
import { Watch } from "./watch.ts";

export interface StreamJob {
  video: VideoJob;
  /** Where publishers come to; undefined where kt goes to the source. */
  listener: Listener | undefined;
  topic: string;
  ffmpeg: string;
  /** A new one for each run. */
  pace: () => Pace;
  /** What a frame's timestamp is counted from, given the source's length; in ms since 1970. */
  startMs: (durationMs: number | undefined) => number;
  /** True where the timestamp of a frame is when it was sent. */
  stampNow: boolean;
  /** How often a live source is tried again after it was lost; how many more publishers are waited for after the first. */
  retries: number;
  /** Makes a frame small enough for its topic; undefined where it cannot be. */
  fit: ((frame: Frame, maxBytes: number) => Promise<Frame>) | undefined;
}

/** More than a record's key and headers, and the batch around it, ever have. */
const recordOverheadBytes = 1024;
/** Of a folder with nothing in it that can be read, so many are named. */
const mostSkippedTold = 10;
/** Without times of their own: each picture is of when it came. */
const clockless = /^(?:mpjpeg|mjpeg|jpeg_pipe|png_pipe|image2pipe|h264)$/;
/** Live, and yet delivered in pieces of several seconds: played at its own pace. */
const inPieces = /^(?:hls|dash)$/;

export type StreamState = "opening" | "live" | "waiting" | "ended" | "failed";

export class StreamEmitter {
  readonly name: string;
  readonly topic: string;
  readonly ledger = new Ledger();
  state: StreamState = "opening";
  /** How often a live source was lost. */
  interruptions = 0;
  /** How late the last frame went by the clock that paces it, in ms; below zero it was early. Undefined where nothing paces. */
  driftMs: number | undefined;
  /** Media time that was sent, in ms. */
  mediaMs = 0;
  /** Images of a folder that were left out. */
  skipped = 0;
  report: DecodeReport = emptyReport();
  readonly #job: StreamJob;
  readonly #outlet: Outlet;
  readonly #topics: Topics;
  readonly #connected: Promise<unknown>;
  readonly #say: (line: string) => void;
  readonly #signal: AbortSignal;
  #source: VideoSource | undefined;
  #firstPtsUs: number | undefined;
  #earlierMediaMs = 0;
  /** Whether the source goes on by itself: of an address, known once it was open. */
  #live: boolean | undefined;
  #expected: Encoding | undefined;
  /** It has listened once. */
  #waited = false;
  /** What turned out when it was open holds for the next time as well. */
  #bareJpeg = false;

  /** @param connected resolves when the outlet takes frames: the source may begin before; where it rejects, the signal has aborted */
  constructor(job: StreamJob, outlet: Outlet, topics: Topics, connected: Promise<unknown>, signal: AbortSignal, say: (line: string) => void) {
    this.name = job.video.input.name;
    this.topic = job.topic;
    this.#job = job;
    this.#outlet = outlet;
    this.#topics = topics;
    this.#connected = connected;
    this.#signal = signal;
    this.#say = say;
    this.#live = job.video.input.live;
  }

  /** Resolves when the source has ended or the signal aborted. @throws KtError */
  async run(): Promise<void> {
    const onAbort = () => this.#source?.stop();
    this.#signal.addEventListener("abort", onAbort, { once: true });
    try {
      await (this.#job.listener ? this.#waitOverAndOver(this.#job.listener) : this.#runOverAndOver());
      this.state = "ended";
    } catch (error) {
      this.state = "failed";
      throw error;
    } finally {
      this.#source?.stop();
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  async #runOverAndOver(): Promise<void> {
    for (let failures = 0; ; ) {
      const sentBefore = this.ledger.sent;
      const ending = await this.#runOnce();
      if (ending === "done" || this.#signal.aborted) return;
      // Whoever sent pictures again begins anew with short pauses.
      failures = this.ledger.sent > sentBefore ? 1 : failures + 1;
      if (failures > this.#job.retries) throw ending;
      if (failures === 1) this.interruptions++;
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      this.state = "waiting";
      this.#say(`${this.name}: ${ending.message.replace(/\.$/, "")}; trying again in ${pauseMs / 1000} s.`);
      if (!(await pause(pauseMs, this.#signal))) return;
      this.state = "opening";
    }
  }

  /** One publisher after the other. */
  async #waitOverAndOver(listener: Listener): Promise<void> {
    const { shown } = this.#job.video.input;
    await this.#connected;
    const teller = new PublisherNotes((line) => this.#say(`${this.name}: ${line}`), shown);
    for (let left = this.#job.retries; ; ) {
      this.state = "waiting";
      teller.waiting();
      const publisher = await listener.next(this.#signal);
      if (!publisher) return;
      const sentBefore = this.ledger.sent;
      const ending = await this.#runOnce(publisher, teller).finally(() => publisher.leave());
      if (ending === "done" || this.#signal.aborted) return;
      if (ending === nobody) continue;
      const sent = this.ledger.sent - sentBefore;
      teller.left(ending.message, sent);
      if (sent > 0 && left-- <= 0) return;
      if (sent === 0 && !(await pause(publisherPauseMs, this.#signal))) return;
    }
  }

  /** "done", or why a live source was lost. @throws KtError where trying again would not help */
  async #runOnce(publisher?: Publisher, teller?: PublisherNotes): Promise<"done" | KtError> {
    const { ffmpeg } = this.#job;
    const video = publisher ? published(this.#job.video, publisher, teller?.wasInVain ?? false) : this.#job.video;
    const { kind, shown } = video.input;
    const source = openVideo(ffmpeg, { ...video, bareJpeg: this.#bareJpeg, expected: this.#expected }, (path, why) => this.#skip(path, why));
    this.#source = source;
    const watch = new Watch(() => source.stop());
    const patience = new Watch(() => source.stop(true));
    // What came on stdin does not come again.
    const heals = () => this.#live === true && kind !== "stdin";
    const firstMs = publisher ? firstPublishedMs : heals() ? firstPictureMs : firstOfFileMs;
    const isThere = () => publisher?.isThere === true || source.report.accepted;
    try {
      if (publisher?.waitMs) patience.expect(publisher.waitMs, () => !isThere());
      if (publisher) watch.expect(firstMs, isThere);
      else if (heals() || kind === "network") watch.expect(firstMs);
      await source.begin();
      if (this.#signal.aborted) return "done";
      if (patience.barked) return nobody;
      patience.rest();
      if (watch.barked) {
        const reason = `no picture within ${firstMs / 1000} s`;
        if (heals()) return lost(reason);
        throw new KtError({ code: "bad_input", message: `'${shown}' cannot be opened: ${reason}.`, hint: "Is the address right, and the camera on?" });
      }
      watch.rest();
      if (publisher && isRefused(source.report)) return lost("a publisher with another stream key was refused");
      teller?.connected(publisher?.from, source.report);
      this.report = source.report;
      this.#live ??= source.report.durationMs === undefined;
      if (source.remark && this.interruptions === 0) this.#say(`Note: ${source.remark}`);
      await this.#connected;
      const maxBytes = (await this.#topics.prepare(this.topic)) - recordOverheadBytes;
      this.state = "live";
      const format = source.report.format ?? "";
      const stream = this.#newRun();
      const whole = !inPieces.test(format);
      const patienceMs = whole ? stallMs : piecesStallMs;
      const awaitNext = () => heals() && watch.expect(patienceMs);
      const lastMs =
        this.#live && whole
          ? await this.#sendLive(source, stream, maxBytes, clockless.test(format), awaitNext)
          : await this.#sendPaced(source, stream, maxBytes, { awaitNext, came: () => watch.rest() });
      // What the topic does not take, it will not take the next time either.
      if (this.#signal.aborted || this.ledger.tooLarge) return "done";
      if (publisher && !watch.barked) await this.#outlet.send(endRecord(stream, lastMs), undefined);
      if (heals()) return lost(watch.barked ? `no picture for ${patienceMs / 1000} s` : "the source ended");
      // Where something failed, the stream did not end well.
      if (this.ledger.failed === 0) await this.#outlet.send(endRecord(stream, lastMs), undefined);
      return "done";
    } catch (error) {
      if (this.#signal.aborted) return "done";
      if (publisher?.waitMs && nobodyCame(source.report)) return nobody;
      // What a publisher sends may be asked for wrongly, and the next one sends something else.
      const passes = error instanceof KtError && (error.code === "bad_input" || error.retryable || (error.code === "usage" && publisher !== undefined));
      // Where nobody came, it is kt that cannot listen.
      if (!heals() || !passes || (publisher && !isThere() && !this.#waited)) throw error;
      return error;
    } finally {
      this.report = source.report;
      this.#bareJpeg = source.bareJpeg;
      this.#expected = source.expected;
      watch.rest();
      patience.rest();
      source.stop();
      if (teller) {
        teller.wasThere = isThere();
        this.#waited ||= teller.wasThere || patience.barked;
        // The port is for the next one.
        await source.ended;
      }
    }
  }

  #skip(path: string, why: string): void {
    if (++this.skipped <= mostSkippedTold) this.#say(`Warning: '${path}' is left out: ${why}.`);
  }

  /** Waits for each frame's time, and for Kafka: nothing is left out. Returns the last timestamp. */
  async #sendPaced(source: VideoSource, stream: Stream, maxBytes: number, watch: { awaitNext(): void; came(): void }): Promise<number> {
    const pace = this.#job.pace();
    const times = new PacedTimes();
    let lastMs = 0;
    let frameNumber = 0;
    watch.awaitNext();
    for await (const picture of source.frames()) {
      // While it waits for its time, nothing is awaited of the source.
      watch.came();
      const beganMs = performance.now();
      const dueMs = pace.dueMs(picture.dtsUs, beganMs);
      if (dueMs - beganMs >= 1 && !(await pause(dueMs - beganMs, this.#signal))) break;
      const frame = await this.#fitted(picture, maxBytes);
      if (!this.#outlet.hasRoom(this.ledger, frame.data.length)) await this.#outlet.waitForRoom(this.ledger, frame.data.length, this.#signal);
      if (this.#signal.aborted) break;
      if (dueMs !== beganMs) this.driftMs = performance.now() - dueMs;
      lastMs = this.#job.stampNow ? Date.now() : times.at(pace.elapsedMs(frame.ptsUs), () => this.#job.startMs(source.report.durationMs));
      await this.#send(stream, frame, frameNumber++, lastMs);
      if (this.ledger.tooLarge) break;
      watch.awaitNext();
    }
    return lastMs;
  }

  /** Never waits: what Kafka cannot take is left out, up to a frame that needs none of what was left out. */
  async #sendLive(source: VideoSource, stream: Stream, maxBytes: number, stampArrival: boolean, onFrame: () => void): Promise<number> {
    const clock = new CaptureClock();
    const beganMs = performance.now();
    let capturedMs = 0;
    let dropping = false;
    let frameNumber = 0;
    onFrame();
    for await (const picture of this.#job.listener ? afterBurst(source.frames(), clock) : source.frames()) {
      onFrame();
      const elapsedUs = (performance.now() - beganMs) * 1000;
      const frame = stampArrival ? { ...picture, ptsUs: elapsedUs, dtsUs: elapsedUs } : picture;
      const number = frameNumber++;
      dropping = !this.#outlet.hasRoom(this.ledger, frame.data.length) || (dropping && !frame.key);
      capturedMs = clock.captured(frame.ptsUs / 1000, Date.now());
      if (dropping) this.ledger.dropped++;
      else await this.#send(stream, await this.#fitted(frame, maxBytes), number, capturedMs);
      if (this.#signal.aborted || this.ledger.tooLarge) break;
    }
    return capturedMs;
  }

  #newRun(): Stream {
    this.#firstPtsUs = undefined;
    this.#earlierMediaMs = this.mediaMs;
    return { topic: this.topic, name: this.name, run: randomBytes(4).toString("hex") };
  }

  async #fitted(frame: Frame, maxBytes: number): Promise<Frame> {
    return this.#job.fit && frame.data.length > maxBytes ? this.#job.fit(frame, maxBytes) : frame;
  }

  #send(stream: Stream, frame: Frame, number: number, timestampMs: number): Promise<void> {
    this.#firstPtsUs ??= frame.ptsUs;
    this.mediaMs = Math.max(this.mediaMs, this.#earlierMediaMs + (frame.ptsUs - this.#firstPtsUs) / 1000);
    return this.#outlet.send(frameRecord(stream, frame, number, timestampMs), this.ledger, this.#signal);
  }
}

function lost(reason: string): KtError {
  return new KtError({ code: "bad_input", message: reason });
}
