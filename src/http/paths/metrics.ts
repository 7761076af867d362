/** For Prometheus. */
import { type Histogram, type Metric, prometheusText, prometheusType } from "../../format/prometheus.ts";
import type { Hub } from "../../hub/hub.ts";
import { wrongTokens } from "../access/wrong-tokens.ts";
import { endpoint } from "../endpoint.ts";
import { integer } from "../query.ts";
import { taken } from "../take/taken.ts";
import { traffic } from "../traffic.ts";
import { lagMetrics } from "./cluster/lag-metrics.ts";

export const metrics = endpoint({
  summary: "Metrics for Prometheus",
  query: { lag: integer("1 asks the brokers, at most every four seconds, for the lag of all consumer groups", { least: 0, most: 1 }, 0) },
  effect: (query) => (query.get("lag") === "1" ? "work" : "light"),
  produces: ["text/plain"],
  async answer({ query }, hub) {
    const metrics = [...all(hub), ...(query.lag === 1 ? await lagMetrics(hub) : [])];
    return new Response(prometheusText(metrics), { headers: { "Content-Type": prometheusType, "Cache-Control": "no-store" } });
  },
});

function all({ catalogue, archive, live }: Hub): (Metric | Histogram)[] {
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const byKind = (value: "viewers" | "frames" | "dropped" | "bytes") =>
    Object.entries(traffic.counts).map(([kind, count]) => ({ labels: { kind }, value: count[value] }));
  const byTopic = (value: "records" | "ratePerSecond") => catalogue.topics.map((topic) => ({ labels: { topic: topic.name }, value: topic[value] }));
  const byWay = (value: "records" | "bytes" | "failed") => Object.entries(taken.counts).map(([way, count]) => ({ labels: { way }, value: count[value] }));
  return [
    { name: "kt_broker_up", type: "gauge", help: "Whether the broker answers.", values: [{ value: catalogue.broker.up ? 1 : 0 }] },
    { name: "kt_broker_outages_total", type: "counter", help: "How often the broker stopped answering.", values: [{ value: catalogue.outages }] },
    { name: "kt_viewers", type: "gauge", help: "Connections that are open, by what they get.", values: byKind("viewers") },
    { name: "kt_frames_sent_total", type: "counter", help: "Frames and events sent.", values: byKind("frames") },
    { name: "kt_frames_dropped_total", type: "counter", help: "Frames left out because a viewer was not ready for them.", values: byKind("dropped") },
    { name: "kt_sent_bytes_total", type: "counter", help: "Bytes of frames and events sent.", values: byKind("bytes") },
    {
      name: "kt_frame_age_seconds",
      type: "histogram",
      help: "From a live picture's timestamp to its being sent to a viewer.",
      values: (["page", "mjpeg"] as const).map((kind) => ({ labels: { kind }, distribution: traffic.ages(kind) })),
    },
    { name: "kt_topic_records", type: "gauge", help: "Records in the topic.", values: byTopic("records") },
    { name: "kt_topic_records_per_second", type: "gauge", help: "Records written a second.", values: byTopic("ratePerSecond") },
    {
      name: "kt_broken_records_total",
      type: "counter",
      help: "Records of watched topics that say they are pictures, and are none: they are left out.",
      values: [...live.broken].map(([topic, value]) => ({ labels: { topic }, value })),
    },
    { name: "kt_live_stream_bytes", type: "gauge", help: "Memory of the frames kept for new viewers of a stream.", values: live.kept() },
    { name: "kt_archive_bytes", type: "gauge", help: "Memory of what was read of the log and is kept.", values: [{ value: archive.bytes }] },
    { name: "kt_archive_hits_total", type: "counter", help: "Reads of the log that were answered from memory.", values: [{ value: archive.counts.hits }] },
    { name: "kt_archive_misses_total", type: "counter", help: "Reads of the log that went to the broker.", values: [{ value: archive.counts.misses }] },
    { name: "kt_wrong_tokens_total", type: "counter", help: "Requests with a token that is none.", values: [{ value: wrongTokens.count }] },
    { name: "kt_taken_records_total", type: "counter", help: "Records that were written by HTTP and acknowledged.", values: byWay("records") },
    { name: "kt_taken_bytes_total", type: "counter", help: "Bytes of their keys and values.", values: byWay("bytes") },
    { name: "kt_taken_failed_total", type: "counter", help: "Records that were to be written by HTTP and were not acknowledged.", values: byWay("failed") },
    { name: "kt_taking_full_total", type: "counter", help: "Requests to write that were answered 429.", values: [{ value: taken.full }] },
    { name: "kt_taking_waiting_bytes", type: "gauge", help: "Bytes that are written by HTTP and wait for Kafka.", values: [{ value: taken.waitingBytes() }] },
    { name: "kt_cameras", type: "gauge", help: "Browsers that send their camera.", values: [{ value: taken.cameras }] },
    { name: "kt_camera_frames_left_out_total", type: "counter", help: "Frames of browsers' cameras that were left out.", values: [{ value: taken.leftOut }] },
    { name: "process_resident_memory_bytes", type: "gauge", help: "Resident memory.", values: [{ value: rss }] },
    { name: "process_heap_bytes", type: "gauge", help: "JavaScript heap in use.", values: [{ value: heapUsed }] },
    { name: "process_cpu_seconds_total", type: "counter", help: "Processor time, user and system.", values: [{ value: (user + system) / 1e6 }] },
    { name: "process_uptime_seconds", type: "gauge", help: "Time since the start.", values: [{ value: process.uptime() }] },
  ];
}
