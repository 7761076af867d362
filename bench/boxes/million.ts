/** A million detections: how soon the player's timeline has its marks, and what kt serve holds in memory. */
import { execFileSync } from "node:child_process";
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { makeTopic, startKt } from "../serve/sides.ts";
import { brokers, kt, residentMb } from "../support.ts";
import { detectionOf } from "./detector.ts";
import { openBoxes, until } from "./page.ts";

const detections = 1_000_000;
const boxes = 2;
const opened = 5;
const mostOpenMs = 1000;
const everyMs = 40;

/** A picture now and then, over all of that time. */
function* pictures(firstMs: number): Generator<string> {
  const picture = execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360", "-frames:v", "1", "-f", "mjpeg", "pipe:1"]).toString(
    "base64",
  );
  const headers = [{ name: "content-type", value: "image/jpeg" }];
  for (let at = 0; at < detections; at += 1000)
    yield `${JSON.stringify({ key: "a", timestamp: firstMs + at * everyMs, headers, value: picture, encoding: { value: "base64" } })}\n`;
}

function* lines(firstMs: number): Generator<string> {
  const values = Array.from({ length: 8 }, (_, number) => JSON.stringify(detectionOf(number, boxes)));
  for (let at = 0; at < detections; at += 10_000)
    yield Array.from({ length: 10_000 }, (_, i) => `{"key":"a","timestamp":${firstMs + (at + i) * everyMs},"value":${values[i % values.length]}}\n`).join("");
}

async function produce(topic: string, texts: Iterable<string>): Promise<void> {
  const env = { ...process.env, KT_BROKERS: brokers() };
  const writing = Bun.spawn([kt, "produce", topic, "--json"], { env, stdin: "pipe", stdout: "ignore", stderr: "inherit" });
  for (const text of texts) {
    writing.stdin.write(text);
    await writing.stdin.flush();
  }
  writing.stdin.end();
  if ((await writing.exited) !== 0) throw new Error(`not all of ${topic} was written`);
}

export async function million(): Promise<Figure[]> {
  const [video, seen] = [await makeTopic("film"), await makeTopic("million")];
  const firstMs = Date.now() - detections * everyMs;
  await produce(video, pictures(firstMs));
  await produce(seen, lines(firstMs));
  const timesMs: { opened: number[]; marked: number[] } = { opened: [], marked: [] };
  const memory: [before: number, after: number][] = [];
  // Each time another server, which has looked at nothing yet.
  for (let round = 0; round < opened; round++) {
    await using side = await startKt();
    await using browser = await openBrowser();
    const warm = await openBoxes(browser, `${side.origin}/`, true, { width: 1280, height: 800 });
    await until(async () => ((await (await fetch(`${side.origin}/topics/${seen}`)).json()) as { detections?: unknown }).detections !== undefined, "the topic");
    await warm.close();
    const before = residentMb(side.pid);
    const page = await openBoxes(browser, `${side.origin}/#/${video}/a`, true, { width: 1280, height: 800 });
    const began = performance.now();
    await page.getByRole("slider", { name: "Time" }).waitFor();
    timesMs.opened.push(performance.now() - began);
    await page.locator(".line .event").first().waitFor({ timeout: 30_000 });
    timesMs.marked.push(performance.now() - began);
    await Bun.sleep(4000);
    memory.push([before, residentMb(side.pid)]);
  }
  const name = `${detections.toLocaleString("en")} detections`;
  return [
    { name: `${name}: the timeline, after the page is asked for`, unit: "ms", better: "less", kt: timesMs.opened, bar: { most: mostOpenMs } },
    { name: `${name}: its first marks`, unit: "ms", better: "less", kt: timesMs.marked },
    {
      name: `${name}: memory of kt serve`,
      unit: "MB",
      better: "less",
      kt: memory.map(([, after]) => after),
      other: { name: "before they are looked at", values: memory.map(([before]) => before) },
    },
  ];
}
