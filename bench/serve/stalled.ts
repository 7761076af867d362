/** One viewer who never reads, among fifty who do. */
import type { Figure, Measured } from "../report/figure.ts";
import { median } from "../support.ts";
import { mean } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { type Side, startNumbered } from "./sides.ts";
import { watch } from "./viewers.ts";

const viewers = 50;
const rounds = 5;
const seconds = 2;

interface Seen {
  side: Side;
  /** Medians of each round: with the one who never reads, and without. */
  delaysMs: number[];
  without: number[];
  rates: number[];
}

export async function stalled(): Promise<Measured> {
  await using stage = await startNumbered(await jpegClip(), "stalled");
  const all = stage.sides.map((side): Seen => ({ side, delaysMs: [], rates: [], without: [] }));
  for (let round = 0; round < rounds; round++)
    for (const { side, delaysMs, rates, without } of all) {
      const urls = Array.from({ length: viewers }, () => stage.url(side));
      without.push(median((await watch(side.pid, { urls, stalled: [] }, seconds)).delaysMs));
      const watched = await watch(side.pid, { urls, stalled: [stage.url(side)] }, seconds);
      delaysMs.push(median(watched.delaysMs));
      rates.push(mean(watched.pictures) / watched.seconds);
    }
  const [kt, go2rtc] = [all.find(({ side }) => side === stage.kt), all.find(({ side }) => side === stage.go2rtc)];
  if (!kt) throw new Error("kt is not among the sides");
  const figure = (name: string, unit: string, better: Figure["better"], of: (one: Seen) => number[]): Figure => ({
    name: `${viewers} viewers beside one who never reads, ${name}`,
    unit,
    better,
    kt: of(kt),
    other: go2rtc && { name: "go2rtc", values: of(go2rtc) },
  });
  return {
    figures: [
      figure("delay", "ms", "less", ({ delaysMs }) => delaysMs),
      figure("pictures for each", "pictures/s", "more", ({ rates }) => rates),
      {
        name: `${viewers} viewers, and nobody who never reads, delay`,
        unit: "ms",
        better: "less",
        kt: kt.without,
        other: go2rtc && { name: "go2rtc", values: go2rtc.without },
      },
    ],
  };
}
