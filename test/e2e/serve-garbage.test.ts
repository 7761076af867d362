/** kt serve, where somebody writes what is no picture into a camera's topic, and where a camera is not what it was. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { openProducer } from "../../src/kafka/produce/producer.ts";
import type { TopicSummary } from "../../src/protocol/server-message.ts";
import type { OutgoingRecord } from "../../src/record.ts";
import { Crowd } from "./support/crowd.ts";
import { eventually, ktOk, makeTopic, recordsOf, type Served, serve, startKt } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import type { Running } from "./support/process.ts";
import { config } from "./support/silence.ts";

setDefaultTimeout(120_000);

let served: Served;
beforeAll(async () => {
  served = await serve();
}, 30_000);
afterAll(() => served[Symbol.asyncDispose]());

const streamOf = (topic: string, query = "") => `${served.url}/topics/${topic}/stream.mjpeg?nosignal=0&key=door${query}`;

async function emit(topic: string, ...options: string[]): Promise<Running> {
  const emitter = startKt(["emit-video", "door=testsrc", "--size", "320x240", "--fps", "10", "--keyint", "10", "--topic", topic, ...options]);
  await eventually(async () => (await recordsOf(topic)).length > 5, "it is live");
  return emitter;
}

const noise = (length: number) => Buffer.from(Array.from({ length }, (_, i) => 2 + ((i * 7919) % 250)));
const headers = (all: Record<string, string>) => Object.entries(all).map(([name, value]) => ({ name, value: Buffer.from(value) }));
const garbage: Pick<OutgoingRecord, "value" | "headers">[] = [
  { value: noise(2000), headers: [] },
  { value: noise(2000), headers: headers({ "content-type": "video/h264" }) },
  {
    value: noise(2000),
    headers: headers({ "content-type": "video/h264", "kt-key": "1", "kt-run": "x", "kt-seq": "7", "kt-size": "99999x99999", "kt-pts": "NaN" }),
  },
  // A slice of another run, and a key frame with parameters that there are not.
  { value: Buffer.concat([Buffer.from([0, 0, 0, 1, 0x41]), noise(900)]), headers: headers({ "content-type": "video/h264", "kt-run": "y" }) },
  {
    value: Buffer.concat([Buffer.from([0, 0, 0, 1, 0x67, 1]), noise(80), Buffer.from([0, 0, 0, 1, 0x65]), noise(900)]),
    headers: headers({ "content-type": "video/h264", "kt-key": "1" }),
  },
  { value: noise(3000), headers: headers({ "content-type": "image/jpeg" }) },
  { value: noise(3000), headers: headers({ "content-type": "image/png", "kt-end": "0" }) },
  { value: Buffer.from('{"a":'), headers: headers({ "content-type": "application/json" }) },
  { value: Buffer.alloc(0), headers: headers({ "content-type": "video/h264" }) },
];

test.each(["h264", "mjpeg"])("records that are no pictures stop no stream of %s: they are left out, counted, and told of once", async (codec) => {
  const topic = await makeTopic("garbage");
  await using _emitter = await emit(topic, "--codec", codec);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame?key=door`)).ok, "it is known");
  using crowd = new Crowd([streamOf(topic), streamOf(topic, "&from=-20")]);
  await crowd.more(5, 20_000);
  const producer = await openProducer(config, { lingerMs: 0, topic });
  try {
    for (const one of garbage) {
      producer.add({ topic, partition: 0, key: Buffer.from("door"), timestampMs: Date.now(), ...one });
      await producer.submit();
      await crowd.more(2, 20_000);
    }
  } finally {
    await producer.close();
  }
  await crowd.more(20, 20_000);
  expect(crowd.connected).toBe(2);
  const { kind, streams } = (await (await fetch(`${served.url}/topics/${topic}`)).json()) as TopicSummary;
  expect([kind, streams.map(({ key }) => key)]).toEqual(["video", ["door"]]);
  const metrics = await (await fetch(`${served.url}/metrics`)).text();
  expect(Number(new RegExp(`^kt_broken_records_total\\{topic="${topic}"\\} (\\d+)$`, "m").exec(metrics)?.[1])).toBeGreaterThanOrEqual(5);
  const told = served.process.stderr.lines.filter((line) => line.includes(topic));
  expect(told).toEqual([
    expect.stringMatching(/^Warning: topic '.+': the record at offset \d+ of partition 0 says by its content-type that it is a picture, and is none/),
  ]);
});

test("what somebody wrote last among pictures takes none of them from the wall", async () => {
  const topic = await makeTopic("last");
  await ktOk(["emit-video", "door=testsrc", "--size", "160x120", "--duration", "2s", "--fast", "--codec", "mjpeg", "--topic", topic]);
  await ktOk(["produce", topic, "-k", "door", '{"a": 1}']);
  const summary = await eventually(async () => {
    const answer = await fetch(`${served.url}/topics/${topic}`);
    const found = answer.ok && ((await answer.json()) as TopicSummary);
    return found && found.streams.length > 0 && found;
  }, "it is known");
  expect(summary.kind).toBe("video");
});

/** The size of a JPEG, by its start of frame (ITU-T T.81, B.2.2). */
function sizeOf(jpeg: Buffer): string {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] === 0xc0 || jpeg[at + 1] === 0xc2) return `${jpeg.readUInt16BE(at + 7)}x${jpeg.readUInt16BE(at + 5)}`;
  return "";
}

test("a stream that goes on in another size, in another codec, and in partitions that were added: who watches sees it", async () => {
  const topic = await makeTopic("changes");
  const takes = [
    ["320x240", "h264"],
    ["640x360", "h264"],
    ["200x100", "mjpeg"],
    ["320x240", "png"],
    ["480x270", "h264"],
  ] as const;
  {
    await using _first = await emit(topic, "--codec", "mjpeg");
  }
  const see = (query: string) => {
    const seen: string[] = [];
    parts(streamOf(topic, query), 100_000, 90_000, ({ body }) => void (seen.at(-1) !== sizeOf(body) && seen.push(sizeOf(body)))).catch(() => {});
    return seen;
  };
  const [live, replayed] = [see(""), see("&from=start&speed=100")];
  for (const [size, codec] of takes) {
    if (codec === "png") await ktOk(["topic", "alter", topic, "--partitions", "3"]);
    await using _emitter = startKt(["emit-video", "door=testsrc", "--size", size, "--fps", "10", "--codec", codec, "--topic", topic]);
    await eventually(
      () => live.at(-1) === size && replayed.at(-1) === size,
      () => `${codec} of ${size}; live ${live}, replayed ${replayed}`,
      20_000,
    );
  }
  await eventually(async () => {
    const { partitions, streams } = (await (await fetch(`${served.url}/topics/${topic}`)).json()) as TopicSummary;
    return partitions === 3 && streams.length === 1 && streams[0]?.partitions.length === 2;
  }, "it is one stream, in two partitions");
}, 120_000);
