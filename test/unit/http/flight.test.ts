import { describe, expect, test } from "bun:test";
import { Flight } from "../../../src/http/flight.ts";

interface Page {
  /** How long it takes for one frame; 0 is a page that stands still. */
  frameMs(nowMs: number): number;
  /** There and back. */
  wayMs?: number;
}

const [fps, gop] = [25, 50];

/** A stream of 25 fps with a key frame every two seconds. @returns when each frame that was sent was shown, and how old it was then */
function watch(page: Page, seconds: number): { atMs: number; ageMs: number }[] {
  const flight = new Flight(32);
  const shown: { atMs: number; ageMs: number }[] = [];
  const sent: { frame: number; arrivesMs: number }[] = [];
  const answers: number[] = [];
  let [next, skipping, busyUntilMs] = [0, false, 0];
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs++) {
    const newest = Math.floor((nowMs * fps) / 1000);
    while (answers[0] !== undefined && answers[0] <= nowMs) flight.answered(answers.shift() as number);
    const newestKey = newest - (newest % gop);
    if (next < newestKey) [next, skipping] = [newestKey, false];
    while (flight.hasRoom(nowMs)) {
      if (!skipping && next % gop > 0 && flight.isLate((gop * 1000) / fps, nowMs)) {
        flight.skipped((gop * 1000) / fps, nowMs);
        skipping = true;
      }
      if (skipping || next > newest) break;
      sent.push({ frame: next++, arrivesMs: nowMs + (page.wayMs ?? 0) / 2 });
      flight.sent(nowMs);
    }
    if (!skipping && next <= newest) flight.stop(nowMs);
    else flight.caughtUp();
    const frameMs = page.frameMs(nowMs);
    if (frameMs > 0 && nowMs >= busyUntilMs && sent[0] && sent[0].arrivesMs <= nowMs) {
      const { frame } = sent.shift() as { frame: number };
      busyUntilMs = nowMs + frameMs;
      shown.push({ atMs: busyUntilMs, ageMs: busyUntilMs - (frame * 1000) / fps });
      answers.push(busyUntilMs + (page.wayMs ?? 0) / 2);
    }
  }
  return shown;
}

const oldest = (shown: { ageMs: number }[]) => Math.max(...shown.map(({ ageMs }) => ageMs));

describe("frames on their way to a page", () => {
  test.each([0, 100, 300, 450])("a page that is fast enough gets each frame at once, %d ms away", (wayMs) => {
    const shown = watch({ frameMs: () => 5, wayMs }, 20);
    expect(shown.length).toBeGreaterThan(20 * fps - 15);
    expect(oldest(shown)).toBeLessThan(wayMs / 2 + 10);
  });

  test.each([60, 150, 400])("a page that needs %d ms for a frame shows fewer, and none that is old", (frameMs) => {
    const shown = watch({ frameMs: () => frameMs }, 60);
    const settled = shown.filter(({ atMs }) => atMs > 10_000);
    expect(oldest(settled)).toBeLessThan(1000 + frameMs);
    // At least the first of each group.
    expect(settled.length).toBeGreaterThanOrEqual(24);
  });

  test("a page that stood still for a second goes on within the same group of pictures", () => {
    const shown = watch({ frameMs: (nowMs) => (nowMs > 4100 && nowMs < 5100 ? 0 : 5) }, 10);
    expect(shown.filter(({ atMs }) => atMs > 5100 && atMs < 6000).length).toBeGreaterThan(20);
    expect(oldest(shown.filter(({ atMs }) => atMs > 5500))).toBeLessThan(100);
  });

  test("a page that became fast again gets all frames again", () => {
    const shown = watch({ frameMs: (nowMs) => (nowMs < 10_000 ? 200 : 5) }, 30);
    expect(shown.filter(({ atMs }) => atMs > 20_000).length).toBeGreaterThan(10 * fps - 5);
  });
});
