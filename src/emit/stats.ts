/** What the streams did, for people, for programs and for Prometheus. */

import type { Histogram, Metric } from "../format/prometheus.ts";
import type { StreamEmitter } from "./stream.ts";

/** Counters of one stream since it began. */
interface Counters {
  frames: number;
  bytes: number;
  mediaMs: number;
}

/** What became of the frames of one stream, or of all together. */
interface Totals {
  frames: number;
  bytes: number;
  delivered: number;
  failed: number;
  dropped: number;
  inFlight: number;
}

/** One stream in a second's JSON object. Rates are those of the last interval. */
export interface StreamStats extends Totals {
  name: string;
  topic: string;
  state: string;
  inFlightBytes: number;
  interruptions: number;
  fps: number;
  bytesPerSecond: number;
  /** Seconds of video in a second, as ffmpeg prints it. */
  speed: number;
  /** Of the last thousand deliveries; null before the first. */
  deliveryMs: { p50: number | null; p99: number | null };
}

export interface Stats extends Totals {
  time: string;
  streams: StreamStats[];
}

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));

/** Reads the counters, and keeps them for the rates of the next reading. */
export class StatsReader {
  readonly #streams: readonly StreamEmitter[];
  readonly #last = new Map<StreamEmitter, Counters>();
  #lastMs = performance.now();

  constructor(streams: readonly StreamEmitter[]) {
    this.#streams = streams;
  }

  read(): Stats {
    const nowMs = performance.now();
    const seconds = Math.max(0.001, (nowMs - this.#lastMs) / 1000);
    this.#lastMs = nowMs;
    const streams = this.#streams.map((stream) => this.#stream(stream, seconds));
    const sum = (name: keyof Totals) => streams.reduce((total, stream) => total + stream[name], 0);
    return {
      time: new Date().toISOString(),
      frames: sum("frames"),
      bytes: sum("bytes"),
      delivered: sum("delivered"),
      failed: sum("failed"),
      dropped: sum("dropped"),
      inFlight: sum("inFlight"),
      streams,
    };
  }

  #stream(stream: StreamEmitter, seconds: number): StreamStats {
    const { name, topic, state, interruptions, mediaMs, ledger } = stream;
    const { sent, bytes, delivered, failed, dropped, inFlight, inFlightBytes, latencies } = ledger;
    const last = this.#last.get(stream) ?? { frames: 0, bytes: 0, mediaMs: 0 };
    this.#last.set(stream, { frames: sent, bytes, mediaMs });
    const percentile = (percent: number) => {
      const ms = latencies.percentileMs(percent);
      return ms === undefined ? null : rounded(ms);
    };
    return {
      ...{ name, topic, state, frames: sent, bytes, delivered, failed, dropped, inFlight, inFlightBytes, interruptions },
      fps: rounded((sent - last.frames) / seconds),
      bytesPerSecond: Math.round((bytes - last.bytes) / seconds),
      speed: rounded((mediaMs - last.mediaMs) / 1000 / seconds),
      deliveryMs: { p50: percentile(50), p99: percentile(99) },
    };
  }
}

interface StreamMetric extends Omit<Metric, "values"> {
  value(stream: StreamEmitter): number;
}

const metrics: StreamMetric[] = [
  { name: "kt_emit_frames_total", type: "counter", help: "Frames sent to Kafka.", value: ({ ledger }) => ledger.sent },
  { name: "kt_emit_bytes_total", type: "counter", help: "Bytes of the frames sent to Kafka.", value: ({ ledger }) => ledger.bytes },
  { name: "kt_emit_delivered_total", type: "counter", help: "Frames that Kafka acknowledged.", value: ({ ledger }) => ledger.delivered },
  { name: "kt_emit_failed_total", type: "counter", help: "Frames that Kafka refused or did not acknowledge in time.", value: ({ ledger }) => ledger.failed },
  {
    name: "kt_emit_dropped_total",
    type: "counter",
    help: "Frames of a live source left out because Kafka did not keep up.",
    value: ({ ledger }) => ledger.dropped,
  },
  { name: "kt_emit_interruptions_total", type: "counter", help: "How often a live source was lost.", value: ({ interruptions }) => interruptions },
  { name: "kt_emit_media_seconds_total", type: "counter", help: "Seconds of video sent.", value: ({ mediaMs }) => mediaMs / 1000 },
  { name: "kt_emit_in_flight_frames", type: "gauge", help: "Frames that wait for their acknowledgement.", value: ({ ledger }) => ledger.inFlight },
  { name: "kt_emit_in_flight_bytes", type: "gauge", help: "Bytes that wait for their acknowledgement.", value: ({ ledger }) => ledger.inFlightBytes },
  { name: "kt_emit_up", type: "gauge", help: "1 while the source delivers pictures.", value: ({ state }) => (state === "live" ? 1 : 0) },
];

export function metricsOf(streams: readonly StreamEmitter[]): (Metric | Histogram)[] {
  const labels = ({ name, topic }: StreamEmitter) => ({ stream: name, topic });
  return [
    ...metrics.map(({ value, ...metric }) => ({ ...metric, values: streams.map((stream) => ({ labels: labels(stream), value: value(stream) })) })),
    {
      name: "kt_emit_delivery_seconds",
      type: "histogram",
      help: "From handing a frame to the client to its acknowledgement.",
      values: streams.map((stream) => ({ labels: labels(stream), distribution: stream.ledger.latencies.distribution() })),
    },
  ];
}
