/** A real Chromium, as a user has it, with a profile of its own. */
import { type Browser, chromium, type Page } from "playwright-core";

/** Without these Chromium asks servers of its own for updates, which a closed network refuses. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Visit extends AsyncDisposable {
  page: Page;
  browser: Browser;
}

/** @param more of Chromium's arguments */
export async function visit(url: string, ...more: string[]): Promise<Visit> {
  const executablePath = Bun.which("chromium") ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: [...quiet, ...more] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  // A stream never finishes loading: what counts is that it began.
  await page.goto(url, { waitUntil: "commit" });
  return { page, browser, [Symbol.asyncDispose]: () => browser.close() };
}

export interface Paint {
  topic: string;
  key: string;
  offset: number;
  timestampMs: number;
  paintedAtMs: number;
}

/** What the page painted so far (src/page/measure.ts). */
export function paints(page: Page): Promise<Paint[]> {
  return page.evaluate(() => (globalThis as unknown as { __kt?: { paints: Paint[] } }).__kt?.paints ?? []);
}
