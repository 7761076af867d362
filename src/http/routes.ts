/** Every path in one table. */
import type { Endpoints } from "./endpoint.ts";
import { frame } from "./frame.ts";
import { healthz, readyz } from "./health.ts";
import { records, recordValue } from "./records.ts";
import { streamMjpeg } from "./stream.ts";
import { topic, topics } from "./topics.ts";

export const endpoints: Endpoints = {
  "/topics": topics,
  "/topics/:topic": topic,
  "/topics/:topic/stream.mjpeg": streamMjpeg,
  "/topics/:topic/frame": frame,
  "/topics/:topic/records": records,
  "/topics/:topic/records/:partition/:offset": recordValue,
  "/healthz": healthz,
  "/readyz": readyz,
};
