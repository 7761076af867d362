/** Every path in one table. */
import { json } from "./answers.ts";
import { type Endpoints, endpoint } from "./endpoint.ts";
import { clip } from "./paths/clip.ts";
import { group, groups, topicGroups } from "./paths/cluster/groups.ts";
import { topicPartitions, topicSettings } from "./paths/cluster/topic.ts";
import { frame } from "./paths/frame.ts";
import { healthz, readyz } from "./paths/health.ts";
import { hlsPart, hlsPlaylist } from "./paths/hls.ts";
import { exportRecords } from "./paths/look/export.ts";
import { searchLog } from "./paths/look/search-log.ts";
import { metrics } from "./paths/metrics.ts";
import { describePaths } from "./paths/openapi.ts";
import { records, recordValue } from "./paths/records.ts";
import { streamMjpeg } from "./paths/stream.ts";
import { topic, topics } from "./paths/topics.ts";
import { takeFrame } from "./take/take-frame.ts";
import { takeRecords } from "./take/take-records.ts";
import type { Takers } from "./take/taker.ts";

export const endpoints: Endpoints = {
  "/topics": topics,
  "/topics/:topic": topic,
  "/topics/:topic/stream.mjpeg": streamMjpeg,
  "/topics/:topic/frame": frame,
  "/topics/:topic/clip.mp4": clip,
  "/topics/:topic/hls/index.m3u8": hlsPlaylist,
  "/topics/:topic/hls/:part": hlsPart,
  "/topics/:topic/records": records,
  "/topics/:topic/records/:partition/:offset": recordValue,
  "/topics/:topic/partitions": topicPartitions,
  "/topics/:topic/settings": topicSettings,
  "/topics/:topic/groups": topicGroups,
  "/groups": groups,
  "/groups/:group": group,
  "/topics/:topic/search": searchLog,
  "/topics/:topic/export": exportRecords,
  "/metrics": metrics,
  "/openapi.json": endpoint({
    summary: "These paths, as OpenAPI",
    query: {},
    effect: "light",
    produces: ["application/json"],
    answer: () => json(describePaths(endpoints, takers)),
  }),
  "/healthz": healthz,
  "/readyz": readyz,
};

/** What is taken at the same paths, where kt serve has --allow-produce. */
export const takers: Takers = {
  "/topics/:topic/records": { POST: takeRecords },
  "/topics/:topic/frame": { PUT: takeFrame },
};
