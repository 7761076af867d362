/** kt serve with a broker that has just come, and with one that went. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, serve, tempFolder } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

test("a named viewer who comes at once gets pictures, though it is not decided yet who keeps the name", async () => {
  await using broker = await OwnBroker.start();
  await using folder = await tempFolder();
  const env = { KT_BROKERS: broker.address };
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 2 });
  await ktOk(["emit-video", clip, "--topic", "video", "--codec", "mjpeg", "--fast"], { env });
  await using served = await serve(broker.address);
  expect(await parts(`${served.url}/topics/video/stream.mjpeg?group=view`, 5, 40_000)).toHaveLength(5);
  expect(served.process.running).toBe(true);
});

test("while its broker is away it ends when it is told to, and not when its questions have timed out", async () => {
  await using broker = await OwnBroker.start();
  await ktOk(["topic", "create", "any"], { env: { KT_BROKERS: broker.address } });
  await using served = await serve(broker.address);
  await eventually(async () => (await fetch(`${served.url}/topics/any`)).ok, "the topic is there");
  await broker.kill();
  // It asks every second, and waits ten for each answer.
  await Bun.sleep(3000);
  expect(await served.process.stop(5000)).toBe(0);
});
