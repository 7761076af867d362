import { describe, expect, test } from "bun:test";
import { Flight } from "../../../src/http/socket/flight.ts";

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

test("many tiles of a page share what may be on its way, and each has some of it", () => {
  const page = { unanswered: 0 };
  const tiles = Array.from({ length: 49 }, () => new Flight(32, page));
  const fill = () => tiles.map((tile) => Array.from({ length: 40 }, () => tile.hasRoom(0) && tile.sent(0)).filter((sent) => sent !== false).length);
  const sent = fill();
  expect(Math.min(...sent)).toBeGreaterThanOrEqual(2);
  expect(page.unanswered).toBeLessThan(200);
  for (let i = 0; i < 32; i++) tiles[0]?.answered(1);
  expect(page.unanswered).toBe(sent.reduce((sum, count) => sum + count, 0) - (sent[0] ?? 0));
  for (const tile of tiles) tile.end();
  expect(page.unanswered).toBe(0);
  const alone = new Flight(32, page);
  for (let i = 0; i < 32; i++) {
    expect(alone.hasRoom(0)).toBe(true);
    alone.sent(0);
  }
  expect(alone.hasRoom(0)).toBe(false);
});
