import { expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { overlaysOf } from "../../../src/format/detections/draws-over.ts";
import { overlay } from "../../../src/options/overlay.ts";

const none = { keys: [], named: [], given: [] };
const topics = [
  { name: "by-key", streams: [], detections: { ...none, keys: ["door", "yard"] } },
  { name: "by-header", streams: [], detections: { ...none, keys: ["door"], named: ["street"] } },
  { name: "told", streams: [], detections: { ...none, keys: ["door"], named: ["street"], given: ["garden"] } },
  { name: "video", streams: [{ key: "door" }, { key: "roof" }] },
  { name: "other", streams: [{ key: "roof" }] },
];

test("a topic is drawn over what it was told, what it says, or the streams that its keys are", () => {
  expect(overlaysOf(topics, { topic: "video", key: "door" })).toEqual(["by-key"]);
  // One of the topic's streams is among its keys.
  expect(overlaysOf(topics, { topic: "video", key: "roof" })).toEqual(["by-key"]);
  expect(overlaysOf(topics, { topic: "other", key: "roof" })).toEqual([]);
  expect(overlaysOf(topics, { topic: "street", key: "door" })).toEqual(["by-key", "by-header"]);
  expect(overlaysOf(topics, { topic: "garden", key: "any" })).toEqual(["told"]);
});

test("--overlay takes two topics", () => {
  expect(overlay("seen=video", "--overlay")).toEqual({ detections: "seen", video: "video" });
  for (const wrong of ["seen", "a=b=c", "=video", "seen=", "a b=video", "video=video"]) expect(() => overlay(wrong, "--overlay")).toThrow(KtError);
});
