/** From the emitter's timestamp to the picture on the page in Chromium, and to a consumer; 200 frames each. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { kt, median, percentile, report, run, testClip } from "./support.ts";

const frameCount = 200;
const clip = await testClip();

const topic = `bench-latency-${process.pid}`;
await run([kt, "topic", "create", topic]);
const server = Bun.spawn([kt, "serve", "--port", "0"], { stdout: "ignore", stderr: "pipe", env: process.env });
const emitter = Bun.spawn([kt, "emit-video", clip, "--topic", topic, "--loop"], { stdout: "ignore", stderr: "ignore", env: process.env });
const browser = await chromium.launch({
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const url = await address(server.stderr);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}#/${topic}/clip`);
  // The first seconds hold start-up; the frames after them are measured.
  await page.waitForFunction((wanted) => ((globalThis as unknown as { __kt?: { paints: unknown[] } }).__kt?.paints.length ?? 0) >= wanted, 60, {
    timeout: 30_000,
  });
  await Bun.sleep(3000);
  await page.evaluate(() => (globalThis as unknown as { __kt: { paints: unknown[] } }).__kt.paints.splice(0));
  await page.waitForFunction((wanted) => (globalThis as unknown as { __kt: { paints: unknown[] } }).__kt.paints.length >= wanted, frameCount, {
    timeout: 60_000,
  });
  const delays = (
    await page.evaluate(() =>
      (globalThis as unknown as { __kt: { paints: { timestampMs: number; paintedAtMs: number }[] } }).__kt.paints.map(
        (paint) => paint.paintedAtMs - paint.timestampMs,
      ),
    )
  ).slice(0, frameCount);
  report(`emit to paint, 720p30 JPEG, ${delays.length} frames: median ${median(delays).toFixed(1)} ms, p99 ${percentile(delays, 99).toFixed(1)} ms`);
} finally {
  await browser.close();
  for (const child of [emitter, server]) child.kill("SIGINT");
  await Promise.all([emitter.exited, server.exited]);
}

async function address(stream: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  for await (const chunk of stream) {
    said += new TextDecoder().decode(chunk);
    const url = /http:\S+/.exec(said)?.[0];
    if (url) return url;
  }
  throw new Error(`kt serve gave no address: ${said}`);
}
