import { expect, test } from "bun:test";
import { meaningOf, readableValue, setBy } from "../../../src/kafka/admin/setting-words.ts";

test.each([
  ["retention.ms", "604800000", "7 days"],
  ["retention.ms", "86400000", "1 day"],
  ["segment.ms", "5400000", "1.5 hours"],
  ["retention.ms", "-1", "no limit"],
  ["flush.ms", "9223372036854775807", "no limit"],
  ["segment.bytes", "1073741824", "1.1 GB"],
  ["retention.ms", "0", undefined],
  ["retention.ms", "999", undefined],
  ["local.retention.ms", "-2", undefined],
  ["cleanup.policy", "compact,delete", undefined],
  ["flush.messages", "10000", undefined],
  ["max.message.bytes", "", undefined],
] as const)("%s=%s is %p", (name, value, readable) => {
  expect(readableValue(name, value)).toBe(readable);
});

test("the settings that people use have a sentence, and what came later has none", () => {
  for (const name of ["retention.ms", "retention.bytes", "cleanup.policy", "min.insync.replicas", "max.message.bytes"]) expect(meaningOf(name)).toMatch(/\.$/);
  expect(meaningOf("not.yet.known")).toBeUndefined();
  expect(meaningOf("constructor")).toBeUndefined();
});

test("whose a setting is", () => {
  expect(["DYNAMIC_TOPIC_CONFIG", "STATIC_BROKER_CONFIG", "DYNAMIC_DEFAULT_BROKER_CONFIG", "DEFAULT_CONFIG", "UNKNOWN_CONFIG"].map(setBy)).toEqual([
    "topic",
    "broker",
    "all brokers",
    "default",
    "unknown",
  ]);
});
