/** kt serve where it may not have as many descriptors open as there are viewers. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Crowd } from "./support/crowd.ts";
import { eventually, makeTopic, recordsOf, served, startKt } from "./support/kt.ts";
import { cpuSeconds } from "./support/proc.ts";

setDefaultTimeout(120_000);

test("of 80 viewers who come at once to 64 descriptors some have pictures, the rest a 503, and the log one line", async () => {
  const topic = await makeTopic("short");
  await using _emitter = startKt(["emit-video", "testsrc", "--size", "160x120", "--fps", "10", "--codec", "mjpeg", "--topic", topic]);
  await eventually(async () => (await recordsOf(topic)).length > 5, "it is live");
  await using server = await served(startKt(["serve", "--port", "0"], { after: "ulimit -n 64" }));
  const url = `${server.url}/topics/${topic}/stream.mjpeg?nosignal=0`;
  {
    using crowd = new Crowd(Array.from({ length: 80 }, () => url));
    await eventually(() => crowd.viewers.every(({ pictures, ended }) => pictures > 0 || ended), "everybody has a picture, or is sent away");
    const watching = crowd.viewers.filter(({ ended }) => !ended);
    const refused = crowd.viewers.filter(({ ended }) => ended);
    expect(watching.length).toBeGreaterThan(10);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refused[0]?.said).toMatch(/^Too many are connected: kt may have 64 descriptors open \(ulimit -n\), .+ ulimit -n\.\n$/);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const [before, pictures] = [cpuSeconds(server.process.pid), crowd.pictures];
    await Bun.sleep(3000);
    // Connections that could not be accepted took all of a core.
    expect(cpuSeconds(server.process.pid) - before).toBeLessThan(1.5);
    expect(crowd.pictures).toBeGreaterThan(pictures + watching.length * 5);
  }
  // Who comes when they have gone is let in.
  using later = new Crowd([url]);
  await eventually(() => later.pictures > 5, "a picture for who comes later");
  expect(server.process.stderr.lines.filter((line) => line.startsWith("Warning"))).toEqual([
    expect.stringMatching(/^Warning: kt may have 64 descriptors open/),
  ]);
  expect(await server.process.stop()).toBe(0);
});
