import { expect, test } from "bun:test";
import { readDetections } from "../../../src/format/detections/read-detections.ts";
import type { Detected } from "../../../src/hub/detections/detected.ts";
import { packed, unpacked } from "../../../src/protocol/packed-detections.ts";

const place = { topic: "seen", partition: 0, offset: 7, timestampMs: 1_700_000_000_000, name: "t1700000000000" };

function detected(objects: object[]): Detected {
  const found = readDetections(Buffer.from(JSON.stringify({ size: [1280, 720], objects, text: "two" })));
  if (!found) throw new Error("these are no detections");
  return { ...place, ...found };
}

const sent = (one: Detected) => unpacked(JSON.parse(JSON.stringify(packed(one))));

test("what a page is told of an object is all that was seen of it", () => {
  const box = [1, 2, 30.5, 40];
  const points = [
    [0, 0],
    [5, 0],
    [5, 9],
  ];
  const one = detected([
    { box },
    { box, label: "car", score: 0.5 },
    { box, id: 0 },
    { box, color: "#ff0000" },
    { box, text: "reads <b>" },
    { points },
    { points, open: true },
    { label: "car", score: 0.25, box, id: "x", color: "#abc", text: "all", points },
  ]);
  expect(one.objects).toHaveLength(8);
  expect(sent(one)).toEqual(one);
});

test("a thousand objects take a third of what their names would", () => {
  const one = detected(Array.from({ length: 1000 }, (_, i) => ({ label: "person", score: 0.5, box: [i % 40, i % 20, 27, 18], id: i })));
  expect(JSON.stringify(packed(one)).length).toBeLessThan(JSON.stringify(one).length / 2.5);
});
