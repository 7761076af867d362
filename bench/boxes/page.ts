/** A page that draws boxes, or none, and the processor time of the browser that shows it. */
import { readdirSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { openPage } from "../serve/chromium.ts";
import { cpuSeconds } from "../support.ts";

export async function openBoxes(browser: Browser, url: string, on: boolean, viewport: { width: number; height: number }): Promise<Page> {
  const page = await openPage(browser, new URL("/healthz", url).href, viewport);
  await page.evaluate((settings) => localStorage.setItem("kt-boxes", settings), JSON.stringify({ on }));
  await page.goto(url, { waitUntil: "commit" });
  return page;
}

/** Of all tiles together. */
export function drawnNow(page: Page): Promise<number> {
  return page.evaluate(() => Object.values(window.__kt?.boxes ?? {}).reduce((sum, { drawn }) => sum + drawn.length, 0));
}

/** All of a browser's processes, in seconds; those that this process has started and that go by its name. */
export function browserSeconds(): number {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const [, name = "", parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      parents.set(pid, { parent: Number(parent), name });
    } catch {
      // It has ended since.
    }
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return [...parents].filter(([pid, { name }]) => name.startsWith("chrom") && isOurs(pid)).reduce((sum, [pid]) => sum + cpuSeconds(pid), 0);
}

export interface Stretch {
  /** Pictures that were painted in a second. */
  rate: number;
  /** Processor time of the browser, and of kt serve, in seconds of each second. */
  browser: number;
  server: number;
}

/** What a page does for so long. */
export async function measure(page: Page, serverPid: number, seconds: number): Promise<Stretch> {
  const [browser, server] = [browserSeconds(), cpuSeconds(serverPid)];
  const began = performance.now();
  const paints = () => page.evaluate(() => Object.values(window.__kt.tiles).reduce((sum, { painted }) => sum + painted, 0));
  const before = await paints();
  await Bun.sleep(seconds * 1000);
  const painted = (await paints()) - before;
  const took = (performance.now() - began) / 1000;
  return { rate: painted / took, browser: (browserSeconds() - browser) / took, server: (cpuSeconds(serverPid) - server) / took };
}

/** Once a page draws what it is to draw. @throws where it does not */
export async function until(is: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 40_000; !(await is()); await Bun.sleep(200))
    if (performance.now() > deadline) throw new Error(`not within 40 s: ${what}`);
}
