import { expect, test } from "bun:test";
import { absenceOf } from "../../../src/page/absence.ts";
import type { TopicSummary } from "../../../src/protocol/server-message.ts";

const topic = (more: Partial<TopicSummary> = {}): TopicSummary => ({
  name: "t",
  kind: "empty",
  partitions: 2,
  leaderless: 0,
  records: 0,
  ratePerSecond: 0,
  lastTimestampMs: null,
  streams: [],
  keyed: false,
  trouble: null,
  ...more,
});
const door = {
  key: "door",
  contentType: "image/jpeg",
  width: null,
  height: null,
  partitions: [0],
  last: { partition: 0, offset: 4, timestampMs: 1_700_000_000_000 },
};

test.each<[string, TopicSummary[], string | null, boolean]>([
  ["There is no topic “t”. It opens here if it is made.", [], null, false],
  ["There is no topic “t”. It opens here if it is made.", [], "door", false],
  ["The topic “t” was deleted. It opens here if it is made again.", [], null, true],
  ["The topic “t” has no records. It opens here when one comes.", [topic()], null, true],
  ["The topic “t” has no leader now. It opens here when a broker that has it is back.", [topic({ leaderless: 2 })], null, true],
  ["The topic “t” holds pictures: its streams are on the wall.", [topic({ records: 5, kind: "video", streams: [door] })], null, true],
  ["There is no stream “yard” in the topic “t”. It opens here when it comes.", [topic({ records: 5, kind: "video", streams: [door] })], "yard", true],
  ["Of the topic “t” nothing can be shown yet. It opens here when that changes.", [topic({ records: 5 })], null, true],
])("%s", (sentence, topics, key, wasThere) => {
  expect(absenceOf(topics, { topic: "t", key }, wasThere)).toBe(sentence);
});
