/** What kt emit-video shows of its work: while it goes on, and at the end. */

import { KtError } from "../errors.ts";
import { prometheusText, prometheusType } from "../format/prometheus.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import { shutdown } from "../terminal/shutdown.ts";
import { writeError } from "../terminal/stderr.ts";
import { note, progress, stderrIsTerminal } from "../terminal/terminal.ts";
import { framesExpected, isDamaged } from "../video/source/ffmpeg-log.ts";
import { bytesText } from "../words.ts";
import { metricsOf, StatsReader, type StreamStats } from "./stats.ts";
import type { StreamEmitter } from "./stream.ts";

const progressEveryMs = 250;
const statsEveryMs = 1000;

interface ListenAddress {
  hostname: string;
  port: number;
}

export interface ShowOptions {
  /** An object a second instead of progress lines. */
  stats: "json" | undefined;
  metricsPort: ListenAddress | undefined;
}

/** Progress lines or JSON on stderr, and metrics by HTTP; until the returned function is called. */
export function show(streams: StreamEmitter[], { stats: format, metricsPort }: ShowOptions, producer: RecordProducer): () => void {
  const reader = new StatsReader(streams);
  let stats = reader.read();
  const width = Math.max(...streams.map(({ name, topic }) => `${name} → ${topic}`.length));
  const lines = () => streams.map((stream, i) => progressText(stream, stats.streams[i] as StreamStats, width, producer));
  const read = () => {
    stats = reader.read();
    if (format === "json") writeError(`${JSON.stringify(stats)}\n`);
  };
  const timers =
    format === "json" || stderrIsTerminal
      ? [setInterval(read, statsEveryMs), setInterval(() => format !== "json" && progress(...lines()), progressEveryMs)]
      : [];
  const metrics = metricsPort === undefined ? undefined : serveMetrics(metricsPort, streams);
  return () => {
    for (const timer of timers) clearInterval(timer);
    metrics?.stop(true);
  };
}

function serveMetrics({ hostname, port }: ListenAddress, streams: StreamEmitter[]) {
  try {
    const server = Bun.serve({
      hostname,
      port,
      fetch: () => new Response(prometheusText(metricsOf(streams)), { headers: { "Content-Type": prometheusType } }),
    });
    note(`Metrics: ${server.url}metrics`);
    return server;
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === "EADDRINUSE";
    throw new KtError({
      code: "port_taken",
      message: taken ? `Port ${port} of ${hostname} is taken.` : `kt cannot listen on ${hostname}:${port}: ${cause instanceof Error ? cause.message : cause}.`,
      hint: "Give another one with --metrics-port; 0 takes a free one.",
      cause,
    });
  }
}

/** @param stats of the last second, for the rates; @param width of the first column */
function progressText(
  { name, topic, state, ledger, driftMs, interruptions }: StreamEmitter,
  stats: StreamStats,
  width: number,
  producer: RecordProducer,
): string {
  const parts = [
    `${name} → ${topic}`.padEnd(width),
    state === "live" ? `${ledger.sent} frames` : state,
    `${stats.fps.toFixed(1)} fps`,
    `${bytesText(stats.bytesPerSecond)}/s`,
    `${stats.speed.toFixed(2)}x`,
    `${ledger.delivered} delivered`,
    ledger.failed > 0 && `${ledger.failed} failed`,
    ledger.inFlight > 0 && `${ledger.inFlight} in flight`,
    ledger.dropped > 0 && `${ledger.dropped} dropped`,
    driftMs !== undefined && `drift ${driftMs.toFixed(1)} ms`,
    interruptions > 0 && `interrupted ${interruptions}×`,
    ledger.inFlight > 100 && producer.lastTrouble && "broker away, holding frames",
  ];
  return parts.filter(Boolean).join("  ");
}

/** @param complete true where every frame of the source was asked for */
export function report(
  { name, topic, ledger, report: decoded, driftMs, interruptions, skipped, state }: StreamEmitter,
  seconds: number,
  complete: boolean,
): void {
  const { sent, delivered, failed, inFlight, dropped, bytes } = ledger;
  const more = [
    `stream '${name}'`,
    dropped > 0 && `${dropped} dropped`,
    skipped > 0 && `${skipped} left out`,
    interruptions > 0 && `interrupted ${interruptions}×`,
    driftMs !== undefined && `drift ${driftMs.toFixed(1)} ms`,
  ];
  if (sent > 0 || state !== "failed")
    note(
      `${topic}: ${sent} sent, ${delivered} delivered, ${failed + inFlight} failed (${bytesText(bytes)} in ${seconds.toFixed(1)} s, ${more.filter(Boolean).join(", ")})`,
    );
  // The counts are complete only of a source that was read to its end.
  if (shutdown.aborted || state !== "ended") return;
  if (!isDamaged(decoded)) return;
  const expected = framesExpected(decoded);
  const missing = complete ? Math.max(0, expected - decoded.framesWritten + decoded.framesUnusable) : 0;
  const { framesDamaged, firstError } = decoded;
  const said = firstError ? ` ffmpeg: ${firstError}` : "";
  if (missing + framesDamaged > 0)
    note(`Warning: ${name} is not clean: ${missing} of ${expected} frames could not be decoded, ${framesDamaged} were shown damaged.${said}`);
  else note(`Note: all frames of ${name} were sent, and ffmpeg says of it: ${firstError}`);
}
