/** Pictures that come by HTTP, from a browser's camera and by PUT, while the broker is away for 36 seconds. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { type CameraTold, cameraHeadBytes, writeCameraHead } from "../../src/protocol/camera-message.ts";
import { OwnBroker } from "./support/broker.ts";
import { header, isEnd } from "./support/frames.ts";
import { eventually, ktOk, recordsOf } from "./support/kt.ts";
import { oneJpeg } from "./support/pictures.ts";
import { serveTaking } from "./support/taking.ts";

setDefaultTimeout(240_000);

const awayMs = 36_000;

test("a camera's sender hears what became of each frame, frames go on by themselves, and what was acknowledged is there once", async () => {
  await using broker = await OwnBroker.start();
  await ktOk(["topic", "create", "t"], { env: { KT_BROKERS: broker.address } });
  await using takes = await serveTaking(["--allow-produce", "t"], broker.address);
  const picture = Buffer.from(await oneJpeg(), "base64");

  const heard: CameraTold[] = [];
  const socket = new WebSocket(`${takes.url.replace(/^http/, "ws")}/topics/t/camera?key=door&id=1`, {
    headers: { Authorization: `Bearer ${takes.token}` },
  } as unknown as string[]);
  let closed: number | undefined;
  socket.onclose = ({ code }) => {
    closed = code;
  };
  socket.onmessage = ({ data }) => heard.push(JSON.parse(data as string) as CameraTold);
  const heardOf = (type: CameraTold["type"]) => heard.filter((one) => one.type === type);
  await eventually(() => heardOf("ready").length > 0, "it may send");
  let sent = 0;
  let running = true;
  const camera = (async () => {
    for (; running; await Bun.sleep(100)) {
      const message = new Uint8Array(cameraHeadBytes + picture.length);
      writeCameraHead(new DataView(message.buffer), { kind: "jpeg", sequence: sent++, capturedMs: Date.now() });
      message.set(picture, cameraHeadBytes);
      socket.send(message);
    }
  })();
  const answers: number[] = [];
  const putting = (async () => {
    for (let at = 1_700_000_000_000; running; at += 1000) {
      const { status } = await takes.put("t", picture, `?key=yard&timestamp=${at}`);
      answers.push(status);
      await Bun.sleep(100);
    }
  })();
  const count = (status: number) => answers.filter((one) => one === status).length;
  await eventually(() => heardOf("delivered").length > 20 && count(200) > 10, "frames are delivered");

  await broker.kill();
  await Bun.sleep(awayMs);
  // Those that wait are not held back for ever, and those that come meanwhile are not, either.
  expect(heardOf("left-out").length).toBeGreaterThan(0);
  expect(heardOf("trouble").map((one) => "message" in one && one.message)).toContainEqual(expect.stringMatching(/\S/));
  expect(count(503)).toBeGreaterThan(0);
  await broker.startAgain();
  const [delivered, put] = [heardOf("delivered").length, count(200)];
  await eventually(() => heardOf("delivered").length > delivered + 20 && count(200) > put + 10, "they go on", 60_000);
  expect(closed).toBeUndefined();
  running = false;
  await Promise.all([camera, putting]);
  const told = () => heard.filter(({ type }) => type === "delivered" || type === "left-out");
  await eventually(
    () => told().length >= sent,
    () => `it is told of ${told().length} of ${sent} frames`,
    60_000,
  );
  socket.send(JSON.stringify({ type: "end" }));
  await eventually(() => closed === 1000, "it has ended");

  // Each frame was told of once; those that were delivered are there once, and beside them none but who was given up on.
  expect(
    told()
      .map((one) => "sequence" in one && one.sequence)
      .sort((a, b) => Number(a) - Number(b)),
  ).toEqual(Array.from({ length: sent }, (_, i) => i));
  const records = (await recordsOf("t", "-b", broker.address)).filter((record) => !isEnd(record));
  const numbers = (key: string) => records.filter((record) => record.key === key).map((record) => `${header(record, "kt-run")} ${header(record, "kt-seq")}`);
  for (const key of ["door", "yard"]) expect(new Set(numbers(key)).size).toBe(numbers(key).length);
  expect(numbers("door").length).toBeWithin(heardOf("delivered").length, sent + 1);
  expect(numbers("yard").length).toBeWithin(count(200), answers.length + 1);
  expect(new Set(answers)).toEqual(new Set([200, 503]));
});
