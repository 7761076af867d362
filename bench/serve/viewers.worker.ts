/** Many viewers in a process of their own: told to begin, it counts; told to end, it says what came. */
import { stall, view } from "./viewer.ts";
import type { Asked, Counted } from "./viewers.ts";

const { urls, stalled } = JSON.parse(process.argv[2] ?? "") as Asked;
const pictures = urls.map(() => 0);
let delaysMs: number[] = [];
let waiting = urls.length;
const seen = new Set<number>();

for (const [i, url] of urls.entries())
  view(url, ({ timestampMs }) => {
    pictures[i] = (pictures[i] as number) + 1;
    if (timestampMs !== undefined) delaysMs.push(performance.timeOrigin + performance.now() - timestampMs);
    if (waiting > 0 && !seen.has(i)) {
      seen.add(i);
      if (--waiting === 0) process.send?.("ready");
    }
  });
for (const url of stalled) stall(url);

process.on("message", (message) => {
  if (message === "begin") {
    pictures.fill(0);
    delaysMs = [];
  } else if (message === "end") {
    // Whoever asked ends this process once the answer is there: an exit here would cut it short.
    process.send?.({ pictures, delaysMs } satisfies Counted);
  }
});
