/** kt serve with a broker that has never kept a consumer group. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { makeClip } from "./support/clips.ts";
import { ktOk, serve, tempFolder } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(90_000);

test("a named viewer who comes at once gets pictures, though it is not decided yet who keeps the name", async () => {
  await using broker = await OwnBroker.start();
  await using folder = await tempFolder();
  const env = { KT_BROKERS: broker.address };
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 2 });
  await ktOk(["emit-video", clip, "--topic", "video", "--codec", "mjpeg", "--fast"], { env });
  await using served = await serve(broker.address);
  expect(await parts(`${served.url}/topics/video/stream.mjpeg?group=view`, 5, 15_000)).toHaveLength(5);
  expect(served.process.running).toBe(true);
});
