/** What two people who look at the page see: other programs' text and pictures, the same record, and nothing that they must reload for. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, pythonOk, serve, startKt, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

test("a Python producer's text, with and without key, shows as rows in every browser", async () => {
  await using broker = await OwnBroker.start();
  await using served = await serve(broker.address);
  await using one = await visit(served.url);
  await using two = await visit(served.url);
  const send = (value: string, key: string) =>
    pythonOk(
      `import sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
producer.send('my-topic', key=sys.argv[3].encode() or None, value=sys.argv[2].encode())
producer.flush()`,
      [broker.address, value, key],
    );
  await send("some message bytes", "");
  await send("bar with key", "foo");
  for (const { page } of [one, two]) {
    const list = page.getByRole("log", { name: "Records of my-topic" });
    await list.getByText("some message bytes").waitFor();
    await list.getByText("bar with key").waitFor();
    await list.getByText("foo", { exact: true }).waitFor();
  }
  // What comes now is there within a second.
  await send("one more", "");
  await one.page.getByText("one more").waitFor({ timeout: 1000 });
  await two.page.getByText("one more").waitFor({ timeout: 1000 });
});

test("two browsers paint the same records; a picture's own size is what the page says", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  await using served = await serve(broker.address);
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/gate.mp4`, { rate: 10 }), "--loop"], { env });
  await using one = await visit(served.url);
  await using two = await visit(served.url);
  const both = await eventually(async () => {
    const [a, b] = [await paints(one.page), await paints(two.page)];
    const offsets = new Set(b.map(({ offset }) => offset));
    const same = a.filter(({ offset }) => offsets.has(offset));
    return same.length > 20 && same;
  }, "twenty records that both painted");
  expect(new Set(both.map(({ key }) => key))).toEqual(new Set(["gate"]));
  const size = await one.page.evaluate(() => {
    const { tiles } = (globalThis as unknown as { __kt: { tiles: Record<string, { width: number; height: number; painted: number }> } }).__kt;
    return tiles["video/gate"];
  });
  expect(size).toMatchObject({ width: 320, height: 240 });
});

test("a stream that a link names is shown, however far down it is among the others", async () => {
  await using broker = await OwnBroker.start();
  await using served = await serve(broker.address);
  await pythonOk(
    `import sys, cv2, numpy
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
png = cv2.imencode('.png', numpy.full((120, 160, 3), 200, numpy.uint8))[1].tobytes()
for i in range(32): producer.send('wall', key=b'cam%02d' % i, value=png)
producer.flush()`,
    [broker.address],
  );
  await eventually(async () => (await (await fetch(`${served.url}/topics`)).text()).includes('"cam31"'), "the streams are known");
  await using visited = await visit(`${served.url}/#/wall/cam31`);
  await visited.page.getByRole("dialog", { name: "cam31, topic wall" }).waitFor();
  await eventually(async () => (await paints(visited.page)).some(({ key }) => key === "cam31"), "the named stream's picture", 10_000);
});
