/** One to 64 streams of 360p15 by one kt emit-video, and all of them watched by one page's worth of viewers. */
import { childrenOf } from "../processes.ts";
import type { Growth, Measured } from "../report/figure.ts";
import { emit, makeTopic, startKt } from "../serve/sides.ts";
import { watch } from "../serve/viewers.ts";
import { cpuSeconds, residentMb, testClip } from "../support.ts";

const counts = [1, 4, 16, 64];
const rounds = 2;
const seconds = 4;
const settleMs = 1500;

export async function streams(): Promise<Measured> {
  const clip = await testClip({ size: "640x360", rate: 15 });
  const growth = (name: string, unit: string): Growth => ({ name, of: "streams", unit, points: [] });
  const costs = {
    emitter: growth("processor time of kt emit-video", "ms/s"),
    ffmpeg: growth("processor time of its ffmpegs", "ms/s"),
    server: growth("processor time of kt serve, one viewer each", "ms/s"),
    memory: growth("memory of kt emit-video", "MB"),
  };
  for (const count of counts) {
    const topic = await makeTopic("streams");
    await using side = await startKt();
    await using emitter = emit(
      ...Array.from({ length: count }, (_, i) => `cam${i}=${clip}`),
      "--topic",
      topic,
      "--loop",
      "--codec",
      "mjpeg",
      "--size",
      "320x180",
    );
    const values = { emitter: [] as number[], ffmpeg: [] as number[], server: [] as number[], memory: [] as number[] };
    const urls = Array.from({ length: count }, (_, i) => `${side.origin}/topics/${topic}/stream.mjpeg?key=cam${i}`);
    await Bun.sleep(settleMs + count * 50);
    for (let round = 0; round < rounds; round++) {
      const children = childrenOf(emitter.pid);
      const ffmpegSeconds = () => children.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
      const [emitterBefore, ffmpegBefore, began] = [cpuSeconds(emitter.pid), ffmpegSeconds(), performance.now()];
      const watched = await watch(side.pid, { urls, stalled: [] }, seconds);
      const elapsed = performance.now() - began;
      values.emitter.push(((cpuSeconds(emitter.pid) - emitterBefore) / elapsed) * 1e6);
      values.ffmpeg.push(((ffmpegSeconds() - ffmpegBefore) / elapsed) * 1e6);
      values.server.push((watched.cpuSeconds / watched.seconds) * 1000);
      values.memory.push(residentMb(emitter.pid));
    }
    for (const name of ["emitter", "ffmpeg", "server", "memory"] as const) costs[name].points.push({ count, values: values[name] });
  }
  return {
    figures: [],
    growths: Object.values(costs),
    remarks: ["Each stream is decoded, made 320x180 and encoded as JPEG in real time, by an ffmpeg of its own."],
  };
}
