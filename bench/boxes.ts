/**
 * What programs see, drawn over the pictures: what it costs the page, and how soon the events of a long log are there.
 * usage: bun bench/boxes.ts [thousand|tiles|million]…
 */
import { report } from "./support.ts";

const parts: Record<string, () => Promise<void>> = {
  thousand: async () => (await import("./boxes/thousand.ts")).thousand(),
  tiles: async () => (await import("./boxes/tiles.ts")).tiles(),
  million: async () => (await import("./boxes/million.ts")).million(),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const part = parts[name];
  if (!part) throw new Error(`there is no part '${name}': ${Object.keys(parts).join(", ")}`);
  report(`-- ${name}`);
  await part();
}
process.exit(0);
