/** 150 viewers of 720p30 as Motion JPEG: what it costs each server. */
import { median, report, residentMb } from "../support.ts";
import { load, mean } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { type Side, startNumbered } from "./sides.ts";
import { type Watched, watch } from "./viewers.ts";

const viewers = 150;
const rounds = 3;
const seconds = 8;

export async function crowd(): Promise<void> {
  await using stage = await startNumbered(await jpegClip(), "crowd");
  const results = new Map<Side, { watched: Watched; memoryMb: number }[]>(stage.sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++)
    for (const side of stage.sides) {
      const watched = await watch(side.pid, { urls: Array.from({ length: viewers }, () => stage.url(side)), stalled: [] }, seconds);
      results.get(side)?.push({ watched, memoryMb: residentMb(side.pid) });
    }
  const perThousand = new Map<string, number>();
  for (const [side, turns] of results) {
    const cpu = turns.map(({ watched }) => watched.cpuSeconds / watched.seconds);
    const rates = turns.map(({ watched }) => mean(watched.pictures) / watched.seconds);
    const cost = median(turns.map(({ watched }) => (watched.cpuSeconds / watched.pictures.reduce((sum, count) => sum + count, 0)) * 1000));
    perThousand.set(side.name, cost);
    report(
      `${viewers} viewers of 720p30, ${side.name}: ${cpu.map((share) => share.toFixed(3)).join(", ")} CPU s a second; ${rates.map((rate) => rate.toFixed(1)).join(", ")} pictures a second for each viewer (the worst had ${Math.min(...turns.map(({ watched }) => Math.min(...watched.pictures) / watched.seconds)).toFixed(1)}); ${turns.map(({ memoryMb }) => memoryMb.toFixed(0)).join(", ")} MB; viewers' own ${median(turns.map(({ watched }) => watched.viewersCpuSeconds / watched.seconds)).toFixed(2)} CPU s a second; ${load()}`,
    );
  }
  const [kt, go2rtc] = [perThousand.get("kt"), perThousand.get("go2rtc")];
  if (kt && go2rtc)
    report(`CPU ms for each 1000 pictures delivered: kt ${(kt * 1000).toFixed(0)}, go2rtc ${(go2rtc * 1000).toFixed(0)}: ratio ${(kt / go2rtc).toFixed(2)}`);
}
