/** Viewers of 720p30 as Motion JPEG: what 150 cost each server, and what one to 500 cost kt. */
import type { Figure, Measured } from "../report/figure.ts";
import { residentMb } from "../support.ts";
import { mean } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { type Numbered, type Side, startNumbered } from "./sides.ts";
import { watch } from "./viewers.ts";

const viewers = 150;
const rounds = 5;
const seconds = 4;
/** Beside those of 150. */
const counts = [1, 10, 50, 500];
const growthRounds = 2;

interface Cost {
  /** Processor time, ms for each second. */
  cpuMs: number;
  /** µs for each picture that came. */
  perPicture: number;
  /** Pictures a second, of each viewer on average. */
  rate: number;
  worst: number;
  memoryMb: number;
}

export async function crowd(): Promise<Measured> {
  await using stage = await startNumbered(await jpegClip(), "crowd");
  const costs = new Map<Side, Cost[]>(stage.sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) for (const side of stage.sides) costs.get(side)?.push(await costOf(stage, side, viewers));
  const points: { count: number; values: number[] }[] = counts.map((count) => ({ count, values: [] }));
  for (let round = 0; round < growthRounds; round++) for (const { count, values } of points) values.push((await costOf(stage, stage.kt, count)).cpuMs);
  const [kt = [], go2rtc] = [costs.get(stage.kt), stage.go2rtc && costs.get(stage.go2rtc)];
  points.push({ count: viewers, values: kt.map(({ cpuMs }) => cpuMs) });
  points.sort((a, b) => a.count - b.count);
  const figure = (name: string, unit: string, better: Figure["better"], of: (cost: Cost) => number, bar?: Figure["bar"]): Figure => ({
    name: `${viewers} viewers of 720p30, ${name}`,
    unit,
    better,
    kt: kt.map(of),
    other: go2rtc && { name: "go2rtc", values: go2rtc.map(of) },
    bar: go2rtc && bar,
  });
  return {
    figures: [
      figure("processor time", "µs a picture", "less", ({ perPicture }) => perPicture, { most: 0.6 }),
      figure("pictures for each", "pictures/s", "more", ({ rate }) => rate),
      figure("pictures for the worst", "pictures/s", "more", ({ worst }) => worst),
      figure("memory", "MB", "less", ({ memoryMb }) => memoryMb, { most: 1 }),
    ],
    growths: [{ name: "processor time of kt serve", of: "viewers", unit: "ms/s", points }],
    remarks: [
      "Each viewer reads by a socket, from the same process for both. Processor time is the server's own; Kafka's, and that of what feeds go2rtc, is not in it.",
      "Memory is all that is resident, a runtime for JavaScript among it, which go2rtc has none of.",
    ],
  };
}

async function costOf(stage: Numbered, side: Side, count: number): Promise<Cost> {
  const watched = await watch(side.pid, { urls: Array.from({ length: count }, () => stage.url(side)), stalled: [] }, seconds);
  const pictures = watched.pictures.reduce((sum, of) => sum + of, 0);
  return {
    cpuMs: (watched.cpuSeconds / watched.seconds) * 1000,
    perPicture: (watched.cpuSeconds / pictures) * 1e6,
    rate: mean(watched.pictures) / watched.seconds,
    worst: Math.min(...watched.pictures) / watched.seconds,
    memoryMb: residentMb(side.pid),
  };
}
