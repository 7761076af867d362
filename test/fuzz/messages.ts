/** Messages for the page's socket: good ones, and what somebody could make of them. */
import type { ClientMessage } from "../../src/protocol/client-message.ts";
import { edges, type Random, texts } from "./random.ts";

export interface Target {
  /** Topics that are there, with streams and without. */
  topics: string[];
  keys: string[];
}

/** As the page could send it. */
function goodMessage(random: Random, { topics, keys }: Target): ClientMessage {
  const [topic, key] = [random.of(topics), random.of(keys)];
  const [tile, panel, request] = [random.below(20), random.below(20), random.below(1000)];
  const timeMs = Date.now() - random.below(600_000);
  const spot = { partition: random.below(2), offset: random.below(3000), timestampMs: timeMs };
  const h264 = random.oneIn(2);
  return random.of<() => ClientMessage>([
    () => ({ type: "watch", tile, topic, key, h264 }),
    () => ({ type: "unwatch", tile }),
    () => ({ type: "painted", tile }),
    () => ({
      type: "piece",
      request,
      topic,
      key,
      h264,
      at: random.of([{ timeMs }, { after: spot }, { before: spot }]),
      spacingMs: random.of([0, 0, 500, 60_000]),
    }),
    () => ({ type: "extent", request, topic, key }),
    () => ({ type: "detections", request, topic, key, frames: [{ ...spot, runHash: random.below(2 ** 32), sequence: random.of([null, 3]) }] }),
    () => ({ type: "events", request, topic, key, span: random.of([null, { fromMs: timeMs, toMs: timeMs + 60_000 }]) }),
    () => ({ type: "said", request, topic, key, timeMs }),
    () => ({ type: "boxes", panel, topic, key }),
    () => ({ type: "place", request, group: "fuzz", topic, key }),
    () => ({ type: "seen", group: "fuzz", topic, key, spot }),
    () => ({ type: "tail", panel, topic, filter: random.of([null, { key: "", text: random.of(texts) }, { key: "a", text: "" }]) }),
    () => ({ type: "table", panel, topic, by: random.of([null, ["id"], ["a", "b"]]) }),
    () => ({ type: "history", panel, topic, by: random.of([null, ["id"]]), partition: spot.partition, offset: spot.offset }),
    () => ({ type: "chart", panel, topic, sinceMs: random.of([null, timeMs]), by: random.of([null, "id"]) }),
    () => ({ type: "untail", panel }),
  ])();
}

function anything(random: Random, depth = 0): unknown {
  const simple = [() => random.of(edges), () => random.of(texts), () => null, () => random.oneIn(2)];
  const nested = [
    () => Array.from({ length: random.below(5) }, () => anything(random, depth + 1)),
    () => Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.of(texts), anything(random, depth + 1)])),
  ];
  return random.of(depth > 3 ? simple : [...simple, ...simple, ...nested])();
}

/** One value somewhere in it, replaced, taken away or added. */
function spoil(random: Random, message: object): object {
  const copy = structuredClone(message) as Record<string, unknown>;
  let place = copy;
  for (;;) {
    const name = random.of(Object.keys(place));
    const inside = place[name];
    if (typeof inside === "object" && inside !== null && Object.keys(inside).length > 0 && !random.oneIn(3)) {
      place = inside as Record<string, unknown>;
      continue;
    }
    if (random.oneIn(5)) delete place[name];
    else if (random.oneIn(8)) place[random.of(texts)] = anything(random);
    else place[name] = anything(random);
    return copy;
  }
}

export function fuzzedMessage(random: Random, target: Target): string | Uint8Array {
  const good = goodMessage(random, target);
  if (random.oneIn(3)) return JSON.stringify(good);
  if (random.oneIn(20)) return random.bytes(random.below(200));
  if (random.oneIn(20)) return JSON.stringify(good).slice(0, -1 - random.below(20));
  if (random.oneIn(20)) return JSON.stringify(anything(random));
  return JSON.stringify(spoil(random, good));
}
