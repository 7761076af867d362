/** kt emit-video: each frame of videos, cameras or images, a record. */
import { Outlet } from "../emit/outlet.ts";
import { watchRefusals } from "../emit/refusals.ts";
import { report, show } from "../emit/report.ts";
import { StreamEmitter, type StreamJob } from "../emit/stream.ts";
import { Topics } from "../emit/topics.ts";
import { KtError } from "../errors.ts";
import { codes } from "../kafka/explain.ts";
import { describeFailure } from "../kafka/produce/failures.ts";
import { openProducer, type RecordProducer } from "../kafka/produce/producer.ts";
import { TopicWatch } from "../kafka/produce/topic-watch.ts";
import { ffmpegFor } from "../options/ffmpeg.ts";
import type { Resolved } from "../options/kinds.ts";
import { type emitVideoOptions, kafkaConfig } from "../options/options.ts";
import { shutdown } from "../terminal/shutdown.ts";
import { note } from "../terminal/terminal.ts";
import { jpegShrinker } from "../video/ffmpeg/shrink.ts";
import { parseInputs, type VideoInput } from "../video/source/input.ts";
import { exposure, parseListenAddress } from "../video/source/listen/address.ts";
import { openListener } from "../video/source/listen/listener.ts";
import type { Listener } from "../video/source/listen/publisher.ts";
import { every, realTime, unpaced } from "../video/source/pacing.ts";
import { counted } from "../words.ts";

type Options = Resolved<typeof emitVideoOptions>;

/** A broker refuses records that are dated further ahead than an hour (message.timestamp.after.max.ms). */
const maxAheadMs = 30 * 60_000;
const flushTimeoutMs = 30_000;
const interruptedFlushTimeoutMs = 10_000;
const defaultQuality = 5;
/** What a stream may be called and a topic may not. */
const notInTopics = /[^\w.-]/g;

export async function emitVideo(words: string[], options: Options): Promise<void> {
  checkTogether(options);
  const inputs = parseInputs(words, options.name, options.listen).map((input) => (options.live ? { ...input, live: true } : input));
  for (const input of inputs) checkInput(input, options);
  const jobs = await Promise.all(inputs.map((input) => streamJob(input, options)));
  const config = kafkaConfig(options);
  const topics = new Topics(config, note);
  const room = { bytes: options.buffer / jobs.length, frames: Math.max(1, Math.floor(options.bufferFrames / jobs.length)) };
  const outlet = new Outlet(room, (topic) => void topics.beganAnew(topic));
  const failure = new AbortController();
  const connected = connect().catch((error) => {
    failure.abort();
    throw error;
  });
  const streams = jobs.map((job) => {
    const signal = AbortSignal.any([shutdown, failure.signal, topics.lost(job.topic)]);
    return new StreamEmitter(job, outlet, topics, connected, signal, note);
  });
  const beganMs = performance.now();
  // ffmpeg takes as long to begin as Kafka to be reached: neither waits for the other.
  const running = Promise.all(streams.map((stream) => ending(stream, streams.length > 1)));
  using stack = new DisposableStack();
  stack.defer(() => topics.close());
  for (const { listener } of jobs) stack.defer(() => listener?.close());
  try {
    const producer = await connected;
    for (const watch of watchTopics(streams, topics, producer)) stack.defer(() => watch.stop());
    stack.defer(watchRefusals(streams, (stream, failures) => void tellRefusal(stream, failures)));
    stack.defer(show(streams, options, producer));
    const endings = await running;
    if (!streams.every(({ topic }) => topics.whyLost(topic))) await flush(producer);
    const untouched = options.start === undefined && options.duration === undefined && !options.fps && !options.filter;
    for (const stream of streams) report(stream, (performance.now() - beganMs) / 1000, untouched);
    const problems = await Promise.all(streams.map(async (stream, i) => endings[i] ?? topics.whyLost(stream.topic) ?? (await undelivered(stream))));
    raise(streams, problems, endings);
  } catch (error) {
    // Kafka cannot be reached, or somebody else has the port of the metrics.
    failure.abort();
    await running;
    throw error;
  }

  async function connect(): Promise<RecordProducer> {
    const limits = await topics.limits([...new Set(jobs.map(({ topic }) => topic))]);
    const producer = await openProducer(config, {
      // One that is missing is not named: it is made when there is a picture for it.
      ...{ topic: limits.existing, lingerMs: 0, maxMessageBytes: limits.largest, maxBatchBytes: limits.smallest },
      queueBytes: options.buffer + limits.largest,
      onDelivery: (delivery) => outlet.deliver(delivery),
    });
    outlet.connect(producer);
    return producer;
  }

  async function tellRefusal({ name, topic }: StreamEmitter, failures: Map<number, number>): Promise<void> {
    const count = [...failures.values()].reduce((sum, its) => sum + its, 0);
    note(`Warning: ${counted(count, "frame")} of ${name} did not get into ${topic}: ${await describeFailure(config, topic, failures)}.`);
  }

  async function undelivered({ ledger, topic }: StreamEmitter): Promise<KtError | undefined> {
    const { tooLarge, failed, inFlight, sent, failures } = ledger;
    if (tooLarge)
      return new KtError({
        code: "too_large",
        message: `Frame ${tooLarge.frame} has ${tooLarge.bytes} bytes, which is ${await describeFailure(config, topic, new Map([[codes.messageTooLarge, 1]]))}.`,
        hint: "Or make the frames smaller: --fit, --size or --quality (31 is smallest).",
      });
    if (failed + inFlight === 0) return undefined;
    const told = failed > 0 ? await describeFailure(config, topic, failures) : "no acknowledgement came in time";
    const reason = topics.wasDeleted(topic) ? "it was deleted meanwhile" : told;
    return new KtError({
      code: "not_delivered",
      message: `${failed + inFlight} of ${sent} frames were not delivered to ${topic}: ${reason}.`,
      hint: failures.has(codes.invalidTimestamp) ? "Is the clock of this computer right? date shows it." : "Is the broker running? kt topic list tells.",
    });
  }
}

/** A camera has nobody who watches it: a topic that is deleted meanwhile is made again. */
function watchTopics(streams: StreamEmitter[], topics: Topics, producer: RecordProducer): TopicWatch[] {
  return [...Map.groupBy(streams, ({ topic }) => topic)].map(([topic, its]) => {
    const sum = (name: "delivered" | "failed" | "inFlight") => its.reduce((total, { ledger }) => total + ledger[name], 0);
    const progress = () => ({ delivered: sum("delivered"), failed: sum("failed"), waiting: sum("inFlight") });
    return new TopicWatch(
      progress,
      () => producer.hasTopic(topic),
      () => topics.restore(topic),
    );
  });
}

/** Options that contradict each other. */
function checkTogether({ fast, every: interval, speed, codec, size, fps, filter, quality, fit }: Options): void {
  if (fast && interval !== undefined) throw KtError.usage("--fast and --every contradict each other.");
  if (speed !== 1 && (fast || interval !== undefined)) throw KtError.usage(`--speed is for real time, and contradicts ${fast ? "--fast" : "--every"}.`);
  const changing = [size && "--size", fps && "--fps", filter && "--filter", quality && "--quality"].find(Boolean);
  if (codec === "copy" && changing) throw KtError.usage(`--codec copy leaves the frames as they are, so ${changing} cannot be.`, "Leave one of them away.");
  if (fit && (codec === "png" || codec === "h264" || codec === "copy"))
    throw KtError.usage(`--fit makes JPEG frames smaller, and --codec ${codec} makes others.`);
}

function checkInput({ live, kind, shown }: VideoInput, { loop, start, speed, every: interval }: Options): void {
  const given = [loop && "--loop", start !== undefined && "--start", (speed !== 1 || interval !== undefined) && "--speed or --every"].find(Boolean);
  if (live && (kind === "images" || kind === "testsrc")) throw KtError.usage(`${shown} does not go on by itself: --live is for cameras.`);
  if (live && given) throw KtError.usage(`${shown} is live: ${given} is for files.`);
  if (loop && kind === "stdin") throw KtError.usage(`--loop cannot begin ${shown} again.`, "Give a video file.");
}

async function streamJob(input: VideoInput, options: Options): Promise<StreamJob> {
  const { codec, quality, keyint, size, fps, filter, inputOptions, fast, loop, start, duration, speed } = options;
  const ffmpeg = ffmpegFor(options.ffmpeg);
  const interval = options.every;
  return {
    video: {
      ...{ input, keyint, size, fps, filter, inputOptions, times: loop ?? 1 },
      // Asking for a quality is asking for an encoder.
      codec: codec === "auto" && (quality !== undefined || options.fit) ? "mjpeg" : codec,
      quality: quality ?? defaultQuality,
      startSeconds: start === undefined ? undefined : start / 1000,
      durationSeconds: duration === undefined ? undefined : duration / 1000,
    },
    listener: input.listens ? await listen(input) : undefined,
    topic: options.topic.replaceAll("{name}", input.name.replace(notInTopics, "-")),
    ffmpeg,
    pace: () => (fast ? unpaced() : interval === undefined ? realTime(speed) : every(interval)),
    startMs: (durationMs) => (fast ? Date.now() - Math.max(0, (durationMs ?? 0) - maxAheadMs) : Date.now()),
    stampNow: fast && loop !== undefined,
    retries: options.retries ?? Number.POSITIVE_INFINITY,
    fit: options.fit ? jpegShrinker(ffmpeg) : undefined,
  };
}

/** @throws KtError port_taken, bad_input */
async function listen(input: VideoInput): Promise<Listener> {
  const say = (line: string) => note(`${input.name}: ${line}`);
  const open = exposure(parseListenAddress(input.location));
  if (open !== undefined) say(`${open}.`);
  return openListener(input, say);
}

/** How the stream failed, if it did. A failing stream leaves the others alone, and is told of at once. */
async function ending(stream: StreamEmitter, among: boolean): Promise<KtError | undefined> {
  try {
    await stream.run();
  } catch (thrown) {
    const error = KtError.from(thrown);
    if (among) note(`${stream.name}: ${error.sentence}`);
    return error;
  }
}

/** @param told those that were told of already */
function raise(streams: StreamEmitter[], problems: (KtError | undefined)[], told: (KtError | undefined)[]): void {
  const first = problems.find(Boolean);
  if (!first) return;
  if (streams.length === 1) throw first;
  const failed = streams.filter((_, i) => problems[i]);
  for (const [i, problem] of problems.entries()) if (problem && !told[i]) note(`${streams[i]?.name}: ${problem.sentence}`);
  throw new KtError({ code: first.code, message: `${failed.length} of ${streams.length} streams failed: ${failed.map(({ name }) => name).join(", ")}.` });
}

/** Waits for what is on its way; a second signal ends it at once. */
async function flush(producer: RecordProducer): Promise<void> {
  const deadline = performance.now() + (shutdown.aborted ? interruptedFlushTimeoutMs : flushTimeoutMs);
  let waiting = false;
  while (!(await producer.flush(500)) && performance.now() < deadline) {
    if (!waiting) note(`Waiting for the broker to acknowledge ${producer.sent - producer.delivered - producer.failed} records.`);
    waiting = true;
  }
}
