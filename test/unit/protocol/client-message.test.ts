import { describe, expect, test } from "bun:test";
import { type ClientMessage, readClientMessage } from "../../../src/protocol/client-message.ts";

const spot = { partition: 0, offset: 2 ** 53 - 1, timestampMs: 1_700_000_000_000.5 };
const stream = { topic: "street", key: "cam 1" };
const piece = { type: "piece", request: 7, ...stream, h264: true, spacingMs: 0 } as const;

const good: ClientMessage[] = [
  { type: "watch", tile: 2 ** 32 - 1, ...stream, h264: false },
  { type: "unwatch", tile: 0 },
  { type: "painted", tile: 1 },
  { ...piece, at: { timeMs: -1.5 } },
  { ...piece, at: { after: spot } },
  { ...piece, at: { before: spot }, spacingMs: 1000 },
  { type: "extent", request: 1, ...stream, key: "" },
  { type: "withdraw", request: 1 },
  { type: "place", request: 1, group: "view", ...stream },
  { type: "seen", group: "view", ...stream, spot },
  { type: "tail", panel: 1, topic: "scores", filter: null },
  { type: "tail", panel: 1, topic: "scores", filter: { key: "", text: "error" } },
  { type: "table", panel: 1, topic: "scores", by: null },
  { type: "table", panel: 1, topic: "scores", by: ["game", "id"] },
  { type: "history", panel: 1, topic: "scores", by: null, partition: 0, offset: 12 },
  { type: "chart", panel: 1, topic: "scores", sinceMs: 1_700_000_000_000, by: "sensor" },
  { type: "chart", panel: 1, topic: "scores", sinceMs: null, by: null },
  { type: "untail", panel: 1 },
];

test.each(good)("%j is read as it was sent", (message) => {
  expect(readClientMessage(JSON.stringify(message))).toEqual(message);
});

test("what belongs to no message is left behind", () => {
  const text = JSON.stringify({ type: "seen", group: "view", ...stream, spot: { ...spot, type: "image/jpeg", __proto__: 1 }, more: "and more" });
  expect(readClientMessage(text)).toEqual({ type: "seen", group: "view", ...stream, spot });
});

describe("refused is", () => {
  const seen = (of: object) => ({ type: "seen", group: "view", ...stream, spot: { ...spot, ...of } });
  const bad: [what: string, message: unknown][] = [
    ["an unknown kind", { type: "drop", topic: "street" }],
    ["no kind", {}],
    ["no object", null],
    ["a list", [{ type: "unwatch", tile: 1 }]],
    ["a place without anything", { ...seen({}), spot: {} }],
    ["a partition of null", seen({ partition: null })],
    ["a partition that is a text", seen({ partition: "a" })],
    ["a partition below zero", seen({ partition: -1 })],
    ["a partition beyond 32 bits", seen({ partition: 2 ** 31 })],
    ["half a partition", seen({ partition: 0.5 })],
    ["an offset of 1e300", seen({ offset: 1e300 })],
    ["an offset below zero", seen({ offset: -2 })],
    ["an offset that a number cannot tell from the next", seen({ offset: 2 ** 53 })],
    ["a piece after no offset", { ...piece, at: { after: { partition: 0, timestampMs: 0 } } }],
    ["a piece at no time", { ...piece, at: { timeMs: null } }],
    ["a piece nowhere", { ...piece, at: {} }],
    ["a piece at a text", { ...piece, at: "end" }],
    ["a negative spacing", { ...piece, at: { timeMs: 1 }, spacingMs: -1 }],
    ["a topic without a name", { type: "tail", panel: 1, topic: "", filter: null }],
    ["a topic's name that Kafka would not take", { type: "tail", panel: 1, topic: "t".repeat(250), filter: null }],
    ["a group without a name", { type: "place", request: 1, group: "", ...stream }],
    ["a group's name of two lines", { type: "place", request: 1, group: "a\r\nWarning: b", ...stream }],
    ["a group's name with a NUL", { type: "place", request: 1, group: "a\0b", ...stream }],
    ["a group's name without an end", { type: "place", request: 1, group: "g".repeat(256), ...stream }],
    ["a number of a tile that a frame's head does not hold", { type: "watch", tile: 2 ** 32, ...stream, h264: true }],
    ["a path of a hundred fields", { type: "table", panel: 1, topic: "scores", by: new Array(100).fill("a") }],
    ["a path that is a text", { type: "table", panel: 1, topic: "scores", by: "id" }],
    ["a record of no partition", { type: "history", panel: 1, topic: "scores", by: null, partition: -1, offset: 12 }],
    ["a filter without a text", { type: "tail", panel: 1, topic: "scores", filter: { key: "" } }],
  ];

  test.each(bad)("%s", (_, message) => {
    expect(() => readClientMessage(JSON.stringify(message))).toThrow();
  });

  test.each(["", "nothing", "{", '{"type":"seen"', "1e999"])("what is no JSON of a message: %p", (text) => {
    expect(() => readClientMessage(text)).toThrow();
  });

  test("a number that is infinite, which JSON can say", () => {
    expect(() => readClientMessage('{"type":"chart","panel":1,"topic":"scores","sinceMs":1e999}')).toThrow();
  });
});
