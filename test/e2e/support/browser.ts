/** A real Chromium, with a profile of its own. */
import { afterAll } from "bun:test";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

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

/** Chromium's pages without its windows: what is tested is the same, and it takes two thirds of the processor time of the other. */
const executablePath = Bun.which("chromium-headless-shell") ?? Bun.which("chromium") ?? "/usr/bin/chromium";

/** For what a page is to do: a busy machine takes several times as long as one that is not, and what never comes fails all the same. */
const waitMs = 60_000;

/** By its arguments: a Chromium takes a second to start, and what its contexts do is apart as in two of them. */
const launched = new Map<string, Promise<Browser>>();
afterAll(async () => {
  for (const browser of launched.values()) await (await browser).close();
  launched.clear();
});

function browserWith(args: string[]): Promise<Browser> {
  const key = args.join(" ");
  const browser = launched.get(key) ?? chromium.launch({ executablePath, args });
  launched.set(key, browser);
  return browser;
}

export interface Visit extends AsyncDisposable {
  page: Page;
  /** More pages, each with a profile of its own, which are closed with this one. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

/** @param more of Chromium's arguments */
export async function visit(url: string, ...more: string[]): Promise<Visit> {
  const args = [...quiet, ...more];
  const browser = await browserWith(args);
  const contexts: BrowserContext[] = [];
  /** What kt's own policy kept a page from: it never does what it must not. */
  const refused: string[] = [];
  const newPage = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options);
    contexts.push(context);
    context.setDefaultTimeout(waitMs);
    const page = await context.newPage();
    // Who may have it in a frame is another question, which other sites' pages ask.
    page.on(
      "console",
      (message) => /Content.Security.Policy/i.test(message.text()) && !message.text().includes("frame-ancestors") && refused.push(message.text()),
    );
    return page;
  };
  const page = await newPage({ viewport: { width: 1280, height: 800 } });
  // A stream never finishes loading: what counts is that it began.
  await page.goto(url, { waitUntil: "commit" });
  return {
    page,
    newPage,
    [Symbol.asyncDispose]: async () => {
      for (const context of contexts) await context.close();
      if (refused.length > 0) throw new Error(`The browser refused the page what it asked for: ${[...new Set(refused)].join("; ")}`);
    },
  };
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
