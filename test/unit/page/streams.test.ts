import { describe, expect, test } from "bun:test";
import { commonAspect, type Shown, sortTopics } from "../../../src/page/streams.ts";
import type { TopicSummary } from "../../../src/protocol/server-message.ts";

const stream = (key: string, width: number | null = null, height: number | null = null) => ({
  key,
  contentType: "image/jpeg",
  width,
  height,
  partitions: [0],
  last: { partition: 0, offset: 0, timestampMs: 1 },
});
const topic = (name: string, kind: TopicSummary["kind"], ...streams: TopicSummary["streams"]): TopicSummary => ({
  name,
  kind,
  partitions: 1,
  leaderless: 0,
  records: 1,
  ratePerSecond: 0,
  lastTimestampMs: null,
  streams,
  keyed: false,
  trouble: null,
});

describe("topics", () => {
  const { streams, lists, quiet } = sortTopics([
    topic("video", "video", stream("cam 10"), stream("cam 2", 1280, 720), stream("")),
    topic("logs", "text"),
    topic("faces", "image", stream("", 100, 50)),
    topic("blobs", "binary"),
    topic("new", "empty"),
    topic("scores", "json"),
    topic("dark", "video"),
    { ...topic("huge", "empty"), trouble: "The record at offset 0 takes 400 MB." },
  ]);

  test("of pictures are tiles, a stream each, by topic and by the numbers in their names", () => {
    expect(streams.map(({ topic: of, key, name, aspect }) => [of, key, name, aspect])).toEqual([
      ["faces", "", "faces", 2],
      ["video", "cam 2", "cam 2", 16 / 9],
      ["video", "cam 10", "cam 10", null],
      ["video", "", "video", null],
    ]);
  });

  test("of records are lists, those with fields first, and those without anything are quiet", () => {
    expect(lists.map(({ name }) => name)).toEqual(["scores", "logs", "blobs", "huge"]);
    expect(quiet.map(({ name }) => name)).toEqual(["dark", "new"]);
  });
});

test("the wall has the shape that most pictures have", () => {
  const shown = (aspect: number | null): Shown => ({ topic: "t", key: "k", name: "k", kind: "video", aspect, lastTimestampMs: 1 });
  expect(commonAspect([4 / 3, 16 / 9, 4 / 3].map(shown))).toBe(4 / 3);
  expect(commonAspect([1, 4 / 3].map(shown))).toBe(4 / 3);
  expect(commonAspect([null, null].map(shown))).toBe(16 / 9);
  expect(commonAspect([])).toBe(16 / 9);
});
