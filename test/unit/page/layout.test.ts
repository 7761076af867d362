import { describe, expect, test } from "bun:test";
import { choose, groupsOf, keptOf, type Layout, mostKept, moved, readLayout, writeLayout } from "../../../src/page/layout/layout.ts";
import { sortTopics } from "../../../src/page/streams.ts";
import { fit } from "../../../src/page/wall/fit.ts";
import type { TopicSummary } from "../../../src/protocol/server-message.ts";

const stream = (key: string) => ({ key, contentType: "image/jpeg", width: 4, height: 3, partitions: [0], last: { partition: 0, offset: 0, timestampMs: 1 } });
const topic = (name: string, kind: TopicSummary["kind"], ...keys: string[]): TopicSummary => ({
  name,
  kind,
  partitions: 1,
  leaderless: 0,
  records: 1,
  ratePerSecond: 0,
  lastTimestampMs: null,
  streams: keys.map(stream),
  keyed: false,
  trouble: null,
});
const all = sortTopics([topic("street", "video", "gate", "yard"), topic("hall", "video", ""), topic("scores", "json"), topic("log", "text")]);
const searchOf = (layout: Layout) => `?${new URLSearchParams(Object.entries(writeLayout(layout)).filter((one): one is [string, string] => one[1] !== null))}`;
const kept = (topic: string, key: string | null = null, group = "") => ({ topic, key, group });

describe("a layout in the address", () => {
  test("comes back as it was, whatever its names are made of", () => {
    const layout = { kept: [kept("street", "a,b;c:d/e&f=g%h", "Gate: 1;2"), kept("hall", ""), kept("x.y"), kept("street", "ß 今", "Gate: 1;2")], columns: 3 };
    expect(readLayout(searchOf(layout))).toEqual(layout);
  });

  test("is read where somebody typed it", () => {
    expect(readLayout("?wall=street/gate,street/yard;Hall:hall/,scores&columns=2")).toEqual({
      kept: [kept("street", "gate"), kept("street", "yard"), kept("hall", "", "Hall"), kept("scores", null, "Hall")],
      columns: 2,
    });
  });

  test("that is none, or says the same twice, or far too much, does no harm", () => {
    for (const search of ["", "?wall=", "?wall=,;:,", "?columns=3"]) expect(readLayout(search)).toBeNull();
    expect(readLayout("?wall=a,a,%25E0%25A4%25A&columns=999")).toEqual({ kept: [kept("a"), kept("%E0%A4%A")], columns: null });
    expect(readLayout(`?wall=${Array.from({ length: 5000 }, (_, i) => `t${i}`).join()}`)?.kept).toHaveLength(mostKept);
    expect(writeLayout({ kept: [], columns: 4 })).toEqual({ wall: null, columns: null });
  });
});

describe("what is chosen", () => {
  const layout = { kept: [kept("log"), kept("street", "yard", "Out"), kept("gone", "cam"), kept("hall", null, "In"), kept("scores")], columns: null };

  test("is shown in its order, a topic of pictures with all of its streams, and what is not there is told", () => {
    const { streams, lists, missing } = choose(all, layout, "");
    expect(streams.map(({ name }) => name)).toEqual(["yard", "hall"]);
    expect(lists.map(({ name }) => name)).toEqual(["log", "scores"]);
    expect(missing).toEqual([kept("gone", "cam")]);
  });

  test("of one group is what is of it alone", () => {
    expect(groupsOf(layout)).toEqual(["Out", "In"]);
    expect(choose(all, layout, "In")).toEqual({ streams: all.streams.filter(({ topic }) => topic === "hall"), lists: [], missing: [] });
  });

  test("is moved among its like", () => {
    const each = keptOf(choose(all, layout, ""), layout);
    expect(each.map(({ topic }) => topic)).toEqual(["street", "hall", "log", "scores"]);
    expect(moved(each, kept("log"), 1).map(({ topic }) => topic)).toEqual(["street", "hall", "scores", "log"]);
    expect(moved(each, kept("hall", ""), -1).map(({ topic }) => topic)).toEqual(["hall", "street", "log", "scores"]);
    expect(moved(each, kept("log"), -1)).toEqual(each);
    expect(moved(layout.kept, kept("nothing"), 1)).toEqual(layout.kept);
  });

  test("begins as what is shown, one by one", () => {
    expect(keptOf(all, null)).toEqual([kept("hall", ""), kept("street", "gate"), kept("street", "yard"), kept("scores"), kept("log")]);
    expect(keptOf({ streams: all.streams, lists: [] }, layout).map(({ group }) => group)).toEqual(["In", "", "Out"]);
  });
});

test("columns that were chosen are kept, as far as the screen has room for them", () => {
  expect(fit(3, 1200, 800, 16 / 9, 5).columns).toBe(5);
  expect(fit(3, 1200, 800, 16 / 9, 1)).toEqual({ columns: 1, tileWidth: 1200 });
  expect(fit(30, 360, 800, 16 / 9, 12).columns).toBe(3);
});
