/**
 * kt serve beside go2rtc, which GO2RTC=/path/to/go2rtc names; without it kt's figures stand alone.
 * usage: bun bench/serve.ts [wall|viewers|first|delay|rewind|silence|stalled]…
 */
import { report } from "./support.ts";

const parts: Record<string, () => Promise<void>> = {
  // First, as the page shows what the other parts leave behind as well.
  wall: async () => (await import("./serve/wall.ts")).wall(),
  viewers: async () => (await import("./serve/crowd.ts")).crowd(),
  first: async () => (await import("./serve/first.ts")).first(),
  delay: async () => (await import("./serve/delay.ts")).delay(),
  rewind: async () => (await import("./serve/rewind.ts")).rewind(),
  silence: async () => (await import("./serve/silence.ts")).silence(),
  stalled: async () => (await import("./serve/stalled.ts")).stalled(),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const part = parts[name];
  if (!part) throw new Error(`there is no part '${name}': ${Object.keys(parts).join(", ")}`);
  report(`-- ${name}`);
  await part();
}
process.exit(0);
