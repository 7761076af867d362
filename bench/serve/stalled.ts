/** One viewer who never reads, among fifty who do. */
import { median, report, residentMb } from "../support.ts";
import { load, mean, spread } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { startNumbered } from "./sides.ts";
import { watch } from "./viewers.ts";

const viewers = 50;
const rounds = 2;
const seconds = 6;

export async function stalled(): Promise<void> {
  await using stage = await startNumbered(await jpegClip(), "stalled");
  for (const side of stage.sides) {
    const delaysMs: Record<"without" | "with", number[]> = { without: [], with: [] };
    const rates: Record<"without" | "with", number[]> = { without: [], with: [] };
    for (let round = 0; round < rounds; round++)
      for (const which of ["without", "with"] as const) {
        const urls = Array.from({ length: viewers }, () => stage.url(side));
        const watched = await watch(side.pid, { urls, stalled: which === "with" ? [stage.url(side)] : [] }, seconds);
        delaysMs[which].push(...watched.delaysMs);
        rates[which].push(mean(watched.pictures) / watched.seconds);
      }
    for (const which of ["without", "with"] as const)
      report(
        `${viewers} viewers ${which} a stalled one, ${side.name}: delay ${spread(delaysMs[which])}; ${mean(rates[which]).toFixed(1)} pictures a second; ${residentMb(side.pid).toFixed(0)} MB; ${load()}`,
      );
    report(`delay with a stalled viewer over without, ${side.name}: ratio ${(median(delaysMs.with) / median(delaysMs.without)).toFixed(2)}`);
  }
}
