/** Which streams a topic has, whatever else is in it and however long they have been silent; and a topic in which no key names one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, kt, ktOk, makeTopic, serve } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { sendPictures, times, tinyJpeg } from "./support/pictures.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

interface Summary {
  kind: string;
  streams: { key: string; contentType: string; last: { partition: number; offset: number; timestampMs: number } }[];
}

const summaryOf = async (url: string, topic: string) => (await (await fetch(`${url}/topics/${topic}`)).json()) as Summary;
const keysOf = async (url: string, topic: string) => (await summaryOf(url, topic)).streams.map(({ key }) => key);

/** The newest picture of a stream, and where it is. */
async function frameOf(url: string, topic: string, key: string): Promise<[status: number, offset: number]> {
  const response = await fetch(`${url}/topics/${topic}/frame?key=${key}`);
  return [response.status, Number(response.headers.get("x-offset") ?? -1)];
}

async function until(url: string, topic: string, keys: string[]): Promise<void> {
  let last: string[] = [];
  const isThere = async () => {
    last = await keysOf(url, topic);
    return Bun.deepEquals(last, keys);
  };
  await eventually(isThere, () => `the streams ${keys.join()}, and not ${last.join()}`);
}

test("a stream is there when serve starts, though another has filled the end of the topic since", async () => {
  const topic = await makeTopic("two");
  await sendPictures(topic, [...times(50, "yard"), ...times(120, "door")]);
  await using served = await serve();
  await until(served.url, topic, ["door", "yard"]);
  expect(await frameOf(served.url, topic, "yard")).toEqual([200, 49]);
  const [first] = await parts(`${served.url}/topics/${topic}/stream.mjpeg?key=yard`, 1);
  expect(first).toMatchObject({ signal: "", contentType: "image/jpeg" });
});

test("streams that fell silent at any time are found, each with its last record, and so are their recordings", async () => {
  const topic = await makeTopic("silent");
  const cameras = ["a", "b", "c"];
  await sendPictures(topic, [...times(100, "early", ...cameras), ...times(5000, ...cameras), ...times(200, "middle", ...cameras), ...times(5000, ...cameras)]);
  await using served = await serve();
  await until(served.url, topic, ["a", "b", "c", "early", "middle"]);
  const lasts = { early: 396, middle: 400 + 15_000 + 796 };
  const known = async () => Object.fromEntries((await summaryOf(served.url, topic)).streams.map(({ key, last }) => [key, last.offset]));
  await eventually(async () => Bun.deepMatch(lasts, await known()), "the last record of each");
  for (const [key, offset] of Object.entries(lasts)) expect(await frameOf(served.url, topic, key)).toEqual([200, offset]);
  await using socket = await openSocket(served.url);
  socket.send({ type: "piece", request: 1, topic, key: "middle", h264: true, at: { timeMs: Date.now() }, spacingMs: 0 });
  const { frames } = (await socket.waitFor(({ type }) => type === "piece")) as { frames?: { offset: number }[] };
  expect(frames?.map(({ offset }) => offset)).toContain(lasts.middle);
});

test("with serve running, a stream that others went on without keeps its picture", async () => {
  const topic = await makeTopic("quiet");
  await using served = await serve();
  await sendPictures(topic, times(30, "loud", "quiet"));
  await until(served.url, topic, ["loud", "quiet"]);
  await sendPictures(topic, times(60_000, "loud"), {}, tinyJpeg);
  expect(await frameOf(served.url, topic, "quiet")).toEqual([200, 59]);
});

test("of many partitions each is looked into", async () => {
  const topic = await makeTopic("wide", "-p", "40");
  const keys = Array.from({ length: 60 }, (_, i) => `cam${String(i).padStart(2, "0")}`);
  await sendPictures(topic, [...times(3, ...keys), ...times(40, ...keys.slice(0, 30))]);
  await using served = await serve();
  await until(served.url, topic, keys);
});

test("aborted records and tombstones at the end hide neither what a topic is nor its streams", async () => {
  const [json, pictures, deleted] = [await makeTopic("json"), await makeTopic("pictures"), await makeTopic("deleted")];
  const aborted = `${'{"value":"{}"}\n'.repeat(300)}no envelope\n`;
  for (const topic of [json, deleted]) await ktOk(["produce", topic], { stdin: '{"n":1}\n'.repeat(100) });
  await sendPictures(pictures, times(50, "door"));
  for (const topic of [json, pictures]) expect((await kt(["produce", topic, "--json", "--transaction"], { stdin: aborted })).code).toBe(1);
  await ktOk(["produce", deleted, "--json"], { stdin: Array.from({ length: 400 }, (_, i) => JSON.stringify({ key: `k${i}`, value: null })).join("\n") });
  await using served = await serve();
  // Where other topics are large, the older records' turn comes a second later.
  for (const topic of [json, deleted]) await eventually(async () => (await summaryOf(served.url, topic)).kind === "json", "it is JSON");
  await eventually(async () => (await summaryOf(served.url, pictures)).kind === "image", "it is pictures");
  expect(await summaryOf(served.url, pictures)).toMatchObject({ kind: "image", streams: [{ key: "door", last: { offset: 49 } }] });
  expect(await frameOf(served.url, pictures, "door")).toEqual([200, 49]);
  expect((await fetch(`${served.url}/topics/${pictures}/frame`)).headers.get("x-offset")).toBe("49");
});

const frameKeys = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `frame-${String(from + i).padStart(6, "0")}`);

test("where each picture has a key of its own, the topic is one stream", async () => {
  const topic = await makeTopic("own");
  await sendPictures(topic, frameKeys(90));
  await using served = await serve();
  await until(served.url, topic, [""]);
  expect(await frameOf(served.url, topic, "")).toEqual([200, 89]);
  const replayed = await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=start&speed=50`, 90);
  expect(replayed.map(({ signal }) => signal)).toEqual(new Array(90).fill(""));

  await using socket = await openSocket(served.url);
  socket.send({ type: "extent", request: 1, topic, key: "" });
  const { stretches } = (await socket.waitFor(({ type }) => type === "extent")) as { stretches?: { startMs: number; endMs: number }[] };
  expect(stretches?.map(({ startMs, endMs }) => endMs - startMs)).toEqual([8900]);
  socket.send({ type: "piece", request: 2, topic, key: "", h264: true, at: { timeMs: (stretches?.[0]?.startMs ?? 0) + 4000 }, spacingMs: 0 });
  const { frames } = (await socket.waitFor(({ type }) => type === "piece")) as { frames?: { offset: number }[] };
  expect(frames?.map(({ offset }) => offset)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48]);

  for (const path of ["frame?", "stream.mjpeg?", "stream.mjpeg?from=start&", "frame?at=12&"]) {
    const refused = await fetch(`${served.url}/topics/${topic}/${path}key=frame-000012`);
    expect([path, refused.status, await refused.text()]).toEqual([path, 404, expect.stringContaining("all of them are one stream. Leave the key out.")]);
  }
});

test("a viewer sees every picture go by when they begin to have keys of their own, and streams when keys name them again", async () => {
  const topic = await makeTopic("turns");
  await using served = await serve();
  await sendPictures(topic, frameKeys(60));
  await until(served.url, topic, [""]);
  const watched = parts(`${served.url}/topics/${topic}/stream.mjpeg?nosignal=0`, 5, 60_000);
  for (let i = 60; i < 80; i++) await sendPictures(topic, frameKeys(1, i));
  expect((await watched).map(({ signal }) => signal)).toEqual(["", "", "", "", ""]);
  await sendPictures(topic, times(300, "door", "yard"));
  await eventually(async () => (await keysOf(served.url, topic)).includes("yard"), "the streams have names");
});

test("a wall of many cameras stays one", async () => {
  const topic = await makeTopic("wall");
  const cameras = Array.from({ length: 70 }, (_, i) => `cam${String(i).padStart(2, "0")}`);
  await sendPictures(topic, times(4, ...cameras));
  await using served = await serve();
  await until(served.url, topic, cameras);
  expect(await frameOf(served.url, topic, "cam07")).toEqual([200, 3 * 70 + 7]);
});
