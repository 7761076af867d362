/** kt emit-video: each frame of a video, a record. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { KtError } from "../errors.ts";
import { openAdmin } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { describeFailure } from "../kafka/failures.ts";
import type { Delivery } from "../kafka/packer.ts";
import { openProducer, type RecordProducer } from "../kafka/producer.ts";
import { type emitVideoOptions, kafkaConfig, type Resolved } from "../options.ts";
import { pause, shutdown } from "../shutdown.ts";
import { bytesText, note, progress } from "../terminal.ts";
import { type DecodeReport, framesExpected, startJpeg, type VideoSource } from "../video/ffmpeg.ts";
import { findFfmpeg } from "../video/find-ffmpeg.ts";
import { endRecord, frameRecord, type Stream } from "../video/frame.ts";
import { type Pace, realTime, unpaced } from "../video/pacing.ts";

type Options = Resolved<typeof emitVideoOptions>;

/** Pictures outgrow Kafka's default of 1 MB a message; a topic that kt makes takes this much. */
const createdTopicMaxMessageBytes = 16_777_216;
/** A broker refuses records that are dated further ahead than an hour (message.timestamp.after.max.ms). */
const maxAheadMs = 30 * 60_000;
const progressEveryMs = 250;
const flushTimeoutMs = 30_000;
const interruptedFlushTimeoutMs = 10_000;

export async function emitVideo(args: string[], options: Options): Promise<void> {
  const input = args[0] as string;
  if (!input.includes("://") && !existsSync(input))
    throw new KtError({ code: "bad_input", message: `There is no file '${input}'.`, hint: "Check the path; it is taken from the current folder." });
  const ffmpeg = findFfmpeg(options.ffmpeg);
  const config = kafkaConfig(options);
  const stream: Stream = {
    topic: options.topic,
    name: options.name ?? basename(input, extname(input)),
    run: randomBytes(4).toString("hex"),
    type: "image/jpeg",
  };
  const ledger = new Ledger();
  const source = startJpeg(ffmpeg, { input, loop: options.loop, quality: options.quality });
  shutdown.addEventListener("abort", () => source.stop(), { once: true });
  try {
    // Only what has pictures makes a topic.
    await source.begin();
    const maxMessageBytes = await prepareTopic(config, options.topic);
    const producer = await openProducer(config, { topic: options.topic, lingerMs: 0, maxMessageBytes, onDelivery: (delivery) => ledger.deliver(delivery) });
    const pace = options.fast ? unpaced() : realTime();
    const display = setInterval(() => progress(progressText(stream, ledger, producer, pace)), progressEveryMs);
    try {
      await emitFrames(source, stream, producer, pace, ledger, options);
    } finally {
      await flush(producer);
      clearInterval(display);
    }
  } finally {
    source.stop();
  }
  await report(config, stream, ledger, source.report, shutdown.aborted);
}

/** Makes the topic where it is missing; returns the largest message that it takes. */
async function prepareTopic(config: KafkaConfig, name: string): Promise<number> {
  const admin = await openAdmin(config);
  try {
    if (!(await admin.topics()).some((topic) => topic.name === name)) {
      const config = { "max.message.bytes": String(createdTopicMaxMessageBytes) };
      const created = await admin.createTopic({ name, partitions: 1, replicationFactor: 1, config }).catch((error: KtError) => error);
      // Another camera may have made it in the same moment.
      if (created?.code !== undefined && created.code !== "topic_exists") throw created;
      if (!created) {
        note(`Created topic ${name}.`);
        return createdTopicMaxMessageBytes;
      }
    }
    const limit = (await admin.topicConfig(name)).find((entry) => entry.name === "max.message.bytes");
    return Number(limit?.value ?? createdTopicMaxMessageBytes);
  } finally {
    admin.close();
  }
}

async function emitFrames(source: VideoSource, stream: Stream, producer: RecordProducer, pace: Pace, ledger: Ledger, options: Options): Promise<void> {
  let startedAtMs = 0;
  let lastMs = 0;
  for await (const frame of source.frames()) {
    const waitMs = pace.waitMs(frame.ptsUs, performance.now());
    if (waitMs >= 1 && !(await pause(waitMs))) break;
    if (shutdown.aborted) break;
    startedAtMs ||= options.fast ? Date.now() - Math.max(0, (source.report.durationMs ?? 0) - maxAheadMs) : Date.now();
    lastMs = options.fast && options.loop ? Date.now() : startedAtMs + pace.elapsedMs(frame.ptsUs);
    const sequence = producer.add(frameRecord(stream, frame, ledger.frames, lastMs));
    ledger.send(sequence, frame.data.length);
    await producer.submit(shutdown);
    if (ledger.tooLarge) break;
  }
  if (shutdown.aborted || ledger.failed > 0) return;
  producer.add(endRecord(stream, lastMs));
  await producer.submit();
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

/** What became of each frame. */
class Ledger {
  frames = 0;
  delivered = 0;
  bytes = 0;
  readonly failures = new Map<number, number>();
  /** The first frame that the topic refused for its size. */
  tooLarge: { frame: number; bytes: number } | undefined;
  readonly startedAt = performance.now();
  readonly #inFlight = new Map<number, { frame: number; bytes: number }>();

  get failed(): number {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0);
  }
  /** Sent, and neither delivered nor refused. */
  get unknown(): number {
    return this.#inFlight.size;
  }

  send(sequence: number, bytes: number): void {
    this.#inFlight.set(sequence, { frame: this.frames++, bytes });
    this.bytes += bytes;
  }

  /** The end record, which is no frame, is not in flight here. */
  deliver({ sequence, errorCode }: Delivery): void {
    const sent = this.#inFlight.get(sequence);
    if (!sent) return;
    this.#inFlight.delete(sequence);
    if (errorCode === 0) {
      this.delivered++;
      return;
    }
    this.failures.set(errorCode, (this.failures.get(errorCode) ?? 0) + 1);
    if (errorCode === codes.messageTooLarge) this.tooLarge ??= sent;
  }
}

function progressText(stream: Stream, ledger: Ledger, producer: RecordProducer, pace: Pace): string {
  const seconds = (performance.now() - ledger.startedAt) / 1000;
  const waiting = ledger.frames - ledger.delivered > 100 && producer.lastTrouble ? "  broker away, holding frames" : "";
  return `${stream.name} → ${stream.topic}  ${ledger.frames} frames  ${(ledger.frames / seconds).toFixed(1)} fps  ${(ledger.bytes / seconds / 1e6).toFixed(1)} MB/s  ${ledger.delivered} delivered  lag ${Math.round(pace.lagMs)} ms${waiting}`;
}

async function report(config: KafkaConfig, stream: Stream, ledger: Ledger, decoded: DecodeReport, interrupted: boolean): Promise<void> {
  const failed = ledger.failed + ledger.unknown;
  const seconds = (performance.now() - ledger.startedAt) / 1000;
  note(
    `${stream.topic}: ${ledger.frames} sent, ${ledger.delivered} delivered, ${failed} failed (${bytesText(ledger.bytes)} in ${seconds.toFixed(1)} s, stream '${stream.name}')`,
  );
  if (!interrupted) warnOfDamage(decoded);
  if (ledger.tooLarge) {
    throw new KtError({
      code: "too_large",
      message: `Frame ${ledger.tooLarge.frame} has ${ledger.tooLarge.bytes} bytes, which is ${await describeFailure(config, stream.topic, new Map([[codes.messageTooLarge, 1]]))}.`,
      hint: "Or make the frames smaller with --quality (31 is smallest).",
    });
  }
  if (failed > 0) {
    const reason = ledger.failed > 0 ? await describeFailure(config, stream.topic, ledger.failures) : "no acknowledgement came in time";
    throw new KtError({
      code: "not_delivered",
      message: `${failed} of ${ledger.frames} frames were not delivered to ${stream.topic}: ${reason}.`,
      hint: "Is the broker running? kt topic list tells.",
    });
  }
}

/** Only of a run that read its source to the end: the counts are complete then. */
function warnOfDamage(decoded: DecodeReport): void {
  const expected = framesExpected(decoded);
  const lost = Math.max(0, expected - decoded.framesEncoded);
  if (lost === 0 && decoded.framesDamaged === 0 && decoded.complaints.length === 0) return;
  const said = decoded.complaints[0] ? ` ffmpeg: ${decoded.complaints[0]}` : "";
  note(`Warning: the source is not clean: ${lost} of ${expected} frames could not be decoded, ${decoded.framesDamaged} were shown damaged.${said}`);
}
