import { describe, expect, test } from "bun:test";
import { goesOn, placesToLook, shortLook } from "../../../src/hub/scout/search.ts";
import { type Sighting, Sightings } from "../../../src/hub/scout/sightings.ts";

const startMs = Date.parse("2026-01-31T12:00:00Z");

/** Pictures of a stream at every `spacing`th offset, 40 ms apart. */
function run(key: string, from: number, count: number, { spacing = 1, beganMs = startMs, name = "a" } = {}): Sighting[] {
  return Array.from({ length: count }, (_, i) => {
    return { key, offset: from + i * spacing, timestampMs: beganMs + i * 40, run: name, sequence: i, end: false };
  });
}

/** Looks until enough is known of the stream, in a log that holds these and otherwise records of others. */
function search(log: readonly Sighting[], key: string, high: number, goal = high / 48): { sightings: Sightings; looks: number; records: number } {
  const sightings = new Sightings();
  let [looks, records] = [0, 0];
  for (;;) {
    const due = placesToLook(sightings, { key, range: { from: 0, to: high }, goal, look: shortLook, most: 4 }, 100);
    if (due.length === 0) return { sightings, looks, records };
    for (const { from, to } of due) {
      sightings.note(
        { from, to },
        log.filter(({ offset }) => offset >= from && offset < to),
      );
      looks++;
      records += to - from;
    }
  }
}

describe("a stream that was silent while millions of others' records came", () => {
  const high = 4_000_000;

  test("is found with both ends of its gap, by a few looks", () => {
    const log = [...run("cam", 0, 1500), ...run("cam", high - 1500, 1500, { name: "b", beganMs: startMs + 3_600_000 })];
    const { sightings, looks, records } = search(log, "cam", high);
    expect(sightings.previous("cam", 2_000_000)?.last.offset).toBe(1499);
    expect(sightings.next("cam", 2_000_000)?.first.offset).toBe(high - 1500);
    expect(looks).toBeLessThan(150);
    expect(records).toBeLessThan(high / 50);
  });

  test("and never came back, or never was, is known to be so", () => {
    const { sightings, looks } = search(run("cam", 0, 1500), "cam", high);
    expect(sightings.previous("cam", high)?.last.offset).toBe(1499);
    expect(looks).toBeLessThan(120);
    const typo = search(run("cam", 0, 1500), "cma", high);
    expect(typo.sightings.spans("cma")).toEqual([]);
    expect(typo.looks).toBeLessThan(100);
  });

  test("is found where its pictures stood among those of others", () => {
    const log = run("cam", 1_000_000, 3000, { spacing: 40 });
    const { sightings, looks } = search(log, "cam", high);
    expect(sightings.next("cam", 0)?.first.offset).toBe(1_000_000);
    expect(sightings.previous("cam", high)?.last.offset).toBe(1_000_000 + 2999 * 40);
    expect(looks).toBeLessThan(150);
  });
});

test("each stream is found by what was seen when another was looked for", () => {
  const log = [...run("a", 0, 1000, { spacing: 2 }), ...run("b", 1, 1000, { spacing: 2 })].sort((a, b) => a.offset - b.offset);
  const { sightings } = search(log, "a", 500_000);
  expect(placesToLook(sightings, { key: "b", range: { from: 0, to: 500_000 }, goal: 500_000 / 48, look: shortLook, most: 4 }, 100)).toEqual([]);
  expect(sightings.previous("b", 500_000)?.last.offset).toBe(1999);
});

test("a stream that never paused is not looked through", () => {
  const { records } = search(run("cam", 0, 100_000, { spacing: 4 }), "cam", 400_000);
  expect(records).toBeLessThan(4000);
});

test("large records are looked at a few at a time", () => {
  const [look] = placesToLook(new Sightings(), { key: "cam", range: { from: 0, to: 100_000 }, goal: 1000, look: shortLook, most: 1 }, 100_000);
  expect(look).toEqual({ from: 0, to: 32 });
});

describe("a stream goes on between two pictures", () => {
  const pace = { intervalMs: 40, spacing: 4, meanSpacing: 4 };
  const at = (offset: number, ms: number, sequence: number | null = null, name = "a"): Sighting => {
    return { key: "cam", offset, timestampMs: startMs + ms, run: name, sequence, end: false };
  };

  test("of one run that are as far apart as their numbers say, or the records between them", () => {
    expect(goesOn(at(0, 0, 0), at(90_000, 400_000, 10_000), pace)).toBe(true);
    expect(goesOn(at(0, 0, 0), at(40_000, 800_000, 10_000), pace)).toBe(false);
    expect(goesOn(at(0, 0), at(40_000, 400_000), pace)).toBe(true);
    expect(goesOn(at(0, 0), at(20_000, 400_000), pace)).toBe(false);
  });

  test("and not from one run to another", () => {
    expect(goesOn(at(0, 0, 9), at(4, 40, 0, "b"), pace)).toBe(false);
  });
});
