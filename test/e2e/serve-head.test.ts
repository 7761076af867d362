/** HEAD of what is made while it is sent: the head, and nothing that goes on behind it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, ktOk, makeTopic, serve } from "./support/kt.ts";

setDefaultTimeout(120_000);

test("who asks for the head alone is no viewer, and takes nobody's turn", async () => {
  await using served = await serve();
  const topic = await makeTopic("heads");
  await ktOk(["emit-video", "testsrc", "--topic", topic, "--duration", "1s", "--codec", "mjpeg", "--fast"], { timeoutMs: 50_000 });
  const url = `${served.url}/topics/${topic}`;
  await eventually(async () => (await fetch(`${url}/frame`)).ok, "its pictures are known");
  for (const path of ["clip.mp4", "stream.mjpeg", "stream.mjpeg?from=start"])
    for (let round = 0; round < 4; round++) {
      const { status } = await fetch(`${url}/${path}`, { method: "HEAD", signal: AbortSignal.timeout(20_000) });
      expect([path, status]).toEqual([path, 200]);
    }
  const clip = await fetch(`${url}/clip.mp4`, { signal: AbortSignal.timeout(20_000) });
  expect((await clip.bytes()).length).toBeGreaterThan(1000);
  await eventually(async () => !/kt_viewers{[^}]*} [1-9]/.test(await (await fetch(`${served.url}/metrics`)).text()), "nobody is left");
});
