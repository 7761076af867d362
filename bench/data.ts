/**
 * A fast topic on the page: what 50,000 records a second cost kt serve and the browser that shows them,
 * as a list and as a table of the latest value by key, and whether the table is right when they end.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import type { Figure, Measured } from "./report/figure.ts";
import { openBrowser } from "./serve/chromium.ts";
import { type Side, startKt } from "./serve/sides.ts";
import { brokers, cpuSeconds, kt, residentMb, run } from "./support.ts";

const recordsPerSecond = 50_000;
const seconds = 6;
const keys = 10;
const everyMs = 10;

/** 200 bytes of JSON. */
function line(key: string, count: number): string {
  const text = JSON.stringify({ sensor: key, count, temperature: Math.round(2000 + 500 * Math.sin(count / 5000)) / 100, at: Date.now() });
  return `${text.slice(0, -1)},"pad":"${"x".repeat(Math.max(0, 190 - text.length))}"}\n`;
}

/** Through one kt produce for each key, or one for all where the records have none. @returns how many were sent, by key */
async function load(topic: string, keyed: boolean): Promise<number[]> {
  const names = keyed ? Array.from({ length: keys }, (_, i) => `sensor-${i}`) : [""];
  const producers = names.map((name) =>
    Bun.spawn([kt, "produce", topic, ...(name ? ["-k", name] : [])], {
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      env: { ...process.env, KT_BROKERS: brokers() },
    }),
  );
  const sent = names.map(() => 0);
  const began = performance.now();
  for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs = performance.now() - began) {
    const due = Math.floor((elapsedMs / 1000) * (recordsPerSecond / names.length));
    for (const [i, { stdin }] of producers.entries()) {
      const from = sent[i] as number;
      const lines = Array.from({ length: Math.max(0, due - from) }, (_, j) => line(names[i] || `sensor-${(from + j) % keys}`, from + j));
      sent[i] = from + lines.length;
      stdin.write(lines.join(""));
      await stdin.flush();
    }
    await Bun.sleep(everyMs);
  }
  for (const { stdin } of producers) stdin.end();
  await Promise.all(producers.map(({ exited }) => exited));
  return sent;
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1e6;
}

/** How many of the keys' rows show what was sent last. */
async function lastCounts(page: Page, sent: number[]): Promise<number> {
  await Bun.sleep(1000);
  const rows = await page.getByRole("dialog").getByRole("row").allInnerTexts();
  const right = sent.filter((count, i) => rows.some((row) => row.startsWith(`sensor-${i}\t`) && row.split("\t").includes(String(count - 1))));
  return right.length;
}

interface Stage {
  side: Side;
  browser: Browser;
}

async function measure(
  { side, browser }: Stage,
  what: string,
  keyed: boolean,
  open: (page: Page) => Promise<unknown>,
  check?: (page: Page, sent: number[]) => Promise<number>,
): Promise<Figure[]> {
  const topic = `bench-data-${what.replaceAll(" ", "-")}-${process.pid}`;
  await run([kt, "topic", "create", topic, "--config", "retention.bytes=400000000", "--config", "segment.bytes=100000000"]).catch(() => {});
  await run([kt, "produce", topic, "-k", "sensor-0", line("sensor-0", -1).trim()].filter((_, i) => keyed || (i !== 3 && i !== 4)));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    const seen = { count: 0, ms: 0, longestMs: 0 };
    Object.assign(globalThis, { __long: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        seen.count++;
        seen.ms += duration;
        seen.longestMs = Math.max(seen.longestMs, duration);
      }
    }).observe({ type: "longtask" });
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  // The topic is known, and what is in it, before the page asks.
  await Bun.sleep(2000);
  await page.goto(`${side.origin}/#/${topic}`, { waitUntil: "commit" });
  await open(page);
  await Bun.sleep(1000);
  const heapBefore = await heapMb(session);
  const cpuBefore = cpuSeconds(side.pid);
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(residentMb(side.pid)), 1000);
  const sent = await load(topic, keyed);
  clearInterval(sampling);
  const cpu = (cpuSeconds(side.pid) - cpuBefore) / seconds;
  const heapAfter = await heapMb(session);
  const long = await page.evaluate(() => (globalThis as unknown as { __long: { count: number; ms: number; longestMs: number } }).__long);
  const total = sent.reduce((sum, count) => sum + count, 0);
  const right = check && (await check(page, sent));
  await page.close();
  const figure = (name: string, unit: string, value: number, better: Figure["better"] = "less"): Figure => ({
    name: `${what}, ${name}`,
    unit,
    better,
    kt: [value],
  });
  return [
    figure("that were sent", "records/s", total / seconds, "more"),
    figure("processor time of kt serve", "ms/s", cpu * 1000),
    figure("memory of kt serve at most", "MB", Math.max(...memory)),
    figure("the page's longest task", "ms", long.longestMs),
    figure("the page's heap before", "MB", heapBefore),
    figure("the page's heap after", "MB", heapAfter),
    ...(right === undefined ? [] : [figure(`rows that are right at the end, of ${keys}`, "rows", right, "more")]),
  ];
}

export async function data(): Promise<Measured> {
  await using side = await startKt();
  await using browser = await openBrowser();
  const stage = { side, browser };
  const list = await measure(stage, "a list", false, (page) => page.getByRole("dialog").getByRole("log").waitFor());
  const byKey = await measure(stage, "a table by key", true, (page) => page.getByRole("dialog").getByRole("table").waitFor(), lastCounts);
  const byField = await measure(stage, "a table by a field", false, async (page) => {
    await page.getByRole("dialog").getByRole("tab", { name: "Table" }).click();
    await page.getByRole("dialog").getByRole("table").waitFor();
  });
  const charts = await measure(stage, "charts", true, async (page) => {
    await page.getByRole("dialog").getByRole("tab", { name: "Charts" }).click();
    await page.getByRole("dialog").getByRole("img").waitFor();
  });
  return { figures: [...list, ...byKey, ...byField, ...charts] };
}
