import { expect, test } from "bun:test";
import { TopicNews } from "../../../src/http/socket/topic-news.ts";
import { Published } from "../../../src/hub/topics/published.ts";
import type { TopicSummary } from "../../../src/hub/topics/summary.ts";

const topic = (name: string, records: number): TopicSummary => ({
  name,
  kind: "json",
  partitions: 1,
  leaderless: 0,
  records,
  ratePerSecond: 0,
  lastTimestampMs: 5,
  streams: [],
  keyed: false,
  trouble: null,
});

test("a page is told all topics once, and then what changed and what is gone", () => {
  const published = new Published();
  const news = new TopicNews();
  const next = () => {
    const text = news.next(published.texts);
    return text === undefined ? undefined : JSON.parse(text);
  };
  // Also where there is none, so that the page knows that there is none.
  expect(next()).toEqual({ type: "topics", begins: true, topics: [], gone: [] });
  expect(published.update([topic("a", 1), topic("b", 1)])).toBe(true);
  expect(next()).toEqual({ type: "topics", begins: false, topics: [topic("a", 1), topic("b", 1)], gone: [] });
  expect(published.update([topic("a", 1), topic("b", 1)])).toBe(false);
  expect(next()).toBeUndefined();
  expect(published.update([topic("b", 2)])).toBe(true);
  expect(next()).toEqual({ type: "topics", begins: false, topics: [topic("b", 2)], gone: ["a"] });
  // Another in the place of one.
  expect(published.update([topic("c", 1)])).toBe(true);
  expect(next()).toEqual({ type: "topics", begins: false, topics: [topic("c", 1)], gone: ["b"] });
  expect(JSON.parse(new TopicNews().next(published.texts) ?? "")).toEqual({ type: "topics", begins: true, topics: [topic("c", 1)], gone: [] });
});
