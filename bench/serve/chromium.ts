/** A Chromium without a screen, and what a page in it tells. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Paint, TileMeasure } from "../../src/page/measure.ts";

/** As scripts/bench installs it, or with windows. */
export const chromiumPath = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync) ?? "chromium";

export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

interface Watching {
  __kt: { paints: Paint[]; tiles: Record<string, TileMeasure> };
  /** All paints since the page was opened: the page itself keeps the last thousand only. */
  allPaints: Paint[];
}

/** Opens kt's page and keeps all its paints. */
export async function openPage(browser: Browser, url: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.addInitScript(() => {
    const watching = globalThis as unknown as Watching;
    watching.allPaints = [];
    setInterval(() => watching.allPaints.push(...(watching.__kt?.paints.splice(0) ?? [])), 200);
  });
  await page.goto(url, { waitUntil: "commit" });
  return page;
}

export function allPaints(page: Page): Promise<Paint[]> {
  return page.evaluate(() => (globalThis as unknown as Watching).allPaints);
}

/** Left out by the server, and came but could not be decoded; all tiles together. */
export function losses(page: Page): Promise<{ dropped: number; broken: number; tiles: number }> {
  return page.evaluate(() => {
    const tiles = Object.values((globalThis as unknown as Watching).__kt.tiles);
    const sum = (of: (tile: TileMeasure) => number) => tiles.reduce((total, tile) => total + of(tile), 0);
    return { dropped: sum(({ dropped }) => dropped), broken: sum(({ broken }) => broken), tiles: tiles.length };
  });
}
