/** Every path in one table. */
import { json } from "./answers.ts";
import { clip } from "./clip.ts";
import { type Endpoints, endpoint } from "./endpoint.ts";
import { frame } from "./frame.ts";
import { healthz, readyz } from "./health.ts";
import { hlsPart, hlsPlaylist } from "./hls.ts";
import { metrics } from "./metrics.ts";
import { describePaths } from "./openapi.ts";
import { records, recordValue } from "./records.ts";
import { streamMjpeg } from "./stream.ts";
import { topic, topics } from "./topics.ts";

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
  "/metrics": metrics,
  "/openapi.json": endpoint({
    summary: "These paths, as OpenAPI",
    query: {},
    effect: "light",
    produces: ["application/json"],
    answer: () => json(describePaths(endpoints)),
  }),
  "/healthz": healthz,
  "/readyz": readyz,
};
