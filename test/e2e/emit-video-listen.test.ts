/** kt emit-video that waits for publishers, as OBS and phones are: they come, go, are two at once, or send nothing. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { freePort } from "./support/broker.ts";
import { isEnd } from "./support/frames.ts";
import { eventually, ffmpegPath, kt, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

const frames = 75;
const framesPerSecond = 25;
const key = "geheim-17";
let folder: TempFolder;
let clip: string;
let units: string[];

const header = (record: RecordEnvelope, name: string) => record.headers.find((one) => one.name === name)?.value;

/** Three seconds with B-frames and sound, and its access units as they are sent from a file. */
beforeAll(async () => {
  folder = await tempFolder();
  clip = join(folder.path, "clip.mp4");
  const sources = ["-f", "lavfi", "-i", `testsrc2=size=320x240:rate=${framesPerSecond}:duration=3`, "-f", "lavfi", "-i", "sine=duration=3"];
  await run([ffmpegPath, "-v", "error", ...sources, "-c:v", "libx264", "-g", "25", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", clip]);
  const topic = uniqueName("listen-file");
  await kt(["emit-video", clip, "--fast", "--topic", topic]);
  units = (await recordsOf(topic)).filter((record) => !isEnd(record)).map(({ value }) => value as string);
  expect(units).toHaveLength(frames);
});

const publishing = (url: string, format: string, ...options: string[]) => [
  ffmpegPath,
  ...["-v", "error", "-re", "-i", clip, ...options, "-c", "copy", "-f", format, url],
];

/** The pictures of each run, in order. */
function runsOf(records: RecordEnvelope[]): RecordEnvelope[][] {
  return [
    ...Map.groupBy(
      records.filter((record) => !isEnd(record)),
      (record) => header(record, "kt-run"),
    ).values(),
  ];
}

/** Each a picture apart from the one before, by the source's clock and by ours. */
function expectTimes(pictures: RecordEnvelope[]): void {
  const byTime = pictures
    .map((record) => ({ ptsMs: Number(header(record, "kt-pts")) / 1000, ms: record.timestamp as number }))
    .sort((a, b) => a.ptsMs - b.ptsMs);
  for (const [i, { ptsMs }] of byTime.entries()) expect(Math.abs(ptsMs - (byTime[0]?.ptsMs as number) - i * (1000 / framesPerSecond))).toBeLessThan(1.5);
  const [first, last] = [byTime[0], byTime.at(-1)] as { ptsMs: number; ms: number }[];
  const took = (last?.ptsMs as number) - (first?.ptsMs as number);
  // What ffmpeg held back until it knew what it was reading is dated by when it was sent all the same.
  expect(Math.abs((last?.ms as number) - (first?.ms as number) - took)).toBeLessThan(took / 3);
}

test("RTMP: publishers come and go, each a run of its own with its H.264 untouched", async () => {
  const port = freePort();
  const topic = uniqueName("listen-rtmp");
  const url = `rtmp://127.0.0.1:${port}/live/${key}`;
  await using waiting = startKt(["emit-video", url, "--listen", "--topic", topic]);
  await waiting.stderr.waitFor(/^live: waiting for a publisher at rtmp:\/\/127\.0\.0\.1:\d+\/live\/\*\*\*\.$/m);
  for (const [count, options] of [
    [1, []],
    // Without sound ffmpeg does not know that nothing more comes.
    [2, ["-an"]],
  ] as const) {
    await run(publishing(url, "flv", ...options));
    await waiting.stderr.waitFor(({ text }) => text.split("the publisher left; waiting for the next").length === count + 1);
  }
  expect(waiting.stderr.text).toContain("live: a publisher is connected (from 127.0.0.1), and sends H.264.");
  const begun = performance.now();
  expect(await waiting.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(5000);
  const records = await recordsOf(topic);
  expect(new Set(records.map((record) => record.key))).toEqual(new Set(["live"]));
  const runs = runsOf(records);
  expect(runs).toHaveLength(2);
  for (const pictures of runs) {
    expect(pictures.map(({ value }) => value as string)).toEqual(units);
    expectTimes(pictures);
  }
  // Who leaves has ended well.
  expect(records.filter(isEnd)).toHaveLength(2);
  expect(waiting.stderr.text).not.toContain(key);
});

test("SRT: the same, with a passphrase that others do not know", async () => {
  const port = freePort();
  const topic = uniqueName("listen-srt");
  const passphrase = "geheim-0123456789";
  await using waiting = startKt(["emit-video", `yard=srt://127.0.0.1:${port}?mode=listener&passphrase=${passphrase}`, "--topic", topic]);
  await waiting.stderr.waitFor(/yard: waiting for a publisher at srt:\/\/127\.0\.0\.1:\d+\?mode=listener&passphrase=\*\*\*/);
  expect((await run(publishing(`srt://127.0.0.1:${port}?passphrase=something-else`, "mpegts"))).code).not.toBe(0);
  for (const count of [1, 2]) {
    await run(publishing(`srt://127.0.0.1:${port}?passphrase=${passphrase}`, "mpegts"));
    await waiting.stderr.waitFor(({ text }) => text.split("the publisher left; waiting for the next").length === count + 1);
  }
  expect(await waiting.stop()).toBe(0);
  const runs = runsOf(await recordsOf(topic));
  expect(runs).toHaveLength(2);
  for (const pictures of runs) {
    // What libsrt holds back for its latency it forgets when the sender leaves.
    const certain = pictures.filter((record) => Number(header(record, "kt-pts")) < Number(header(pictures[0] as RecordEnvelope, "kt-pts")) + 2_700_000);
    expect(certain.length).toBeGreaterThan(65);
    // A transport stream has delimiters between the units, and no picture is encoded again.
    expect(pictures.every((record) => header(record, "content-type") === "video/h264")).toBe(true);
    expectTimes(certain);
  }
  expect(waiting.stderr.text).not.toContain(passphrase);
});

test("of two at once the second is refused and told of, and the first is not disturbed", async () => {
  const port = freePort();
  const topic = uniqueName("listen-two");
  const url = `rtmp://127.0.0.1:${port}/live/${key}`;
  await using waiting = startKt(["emit-video", url, "--listen", "--retries", "0", "--topic", topic]);
  await waiting.stderr.waitFor(/waiting for a publisher/);
  await using first = new Running(publishing(url, "flv"));
  await waiting.stderr.waitFor(/a publisher is connected/);
  expect((await run(publishing(url, "flv"))).code).not.toBe(0);
  expect(waiting.stderr.text).toContain("live: a second publisher (from 127.0.0.1) was refused, as one is on.");
  expect(await first.ended()).toBe(0);
  // With --retries 0 it ends well when the first one has left.
  expect(await waiting.ended(20_000)).toBe(0);
  expect(runsOf(await recordsOf(topic)).map((pictures) => pictures.length)).toEqual([frames]);
});

test("a publisher with another stream key brings nothing, and the next one does", async () => {
  const port = freePort();
  const topic = uniqueName("listen-key");
  const url = `rtmp://127.0.0.1:${port}/live/${key}`;
  await using waiting = startKt(["emit-video", url, "--listen", "--retries", "0", "--topic", topic]);
  await waiting.stderr.waitFor(/waiting for a publisher/);
  await run(publishing(`rtmp://127.0.0.1:${port}/live/guessed`, "flv"));
  await waiting.stderr.waitFor(/live: a publisher with another stream key was refused/);
  await run(publishing(url, "flv"));
  expect(await waiting.ended(20_000)).toBe(0);
  expect(runsOf(await recordsOf(topic)).map((pictures) => pictures.length)).toEqual([frames]);
  expect(waiting.stderr.text).not.toMatch(/guessed|geheim/);
});

test("one that is there and says nothing, and one that says something else, keep the place for ten seconds and no longer", async () => {
  const port = freePort();
  const topic = uniqueName("listen-silent");
  const url = `rtmp://127.0.0.1:${port}/live/${key}`;
  await using waiting = startKt(["emit-video", url, "--listen", "--retries", "0", "--topic", topic]);
  await waiting.stderr.waitFor(/waiting for a publisher/);
  const silent = connect(port, "127.0.0.1").on("error", () => {});
  await waiting.stderr.waitFor(/a publisher came and sent no picture \(no picture within 10 s\)/, 30_000);
  silent.destroy();
  const other = connect(port, "127.0.0.1").on("error", () => {});
  other.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${"x".repeat(5000)}`);
  other.end();
  await waiting.stderr.waitFor(({ text }) => text.split("a publisher came and sent no picture").length === 3, 30_000);
  await run(publishing(url, "flv"));
  expect(await waiting.ended(20_000)).toBe(0);
  expect(runsOf(await recordsOf(topic)).map((pictures) => pictures.length)).toEqual([frames]);
});

test("what has to be encoded is taken when it connects again; what was asked to be smaller, at once", async () => {
  const port = freePort();
  const topic = uniqueName("listen-codec");
  const url = `srt://127.0.0.1:${port}`;
  const mpeg2 = publishing(url, "mpegts", "-an").map((word) => (word === "copy" ? "mpeg2video" : word));
  await using waiting = startKt(["emit-video", url, "--listen", "--topic", topic]);
  await waiting.stderr.waitFor(/waiting for a publisher/);
  await run(mpeg2);
  await waiting.stderr.waitFor(/srt: a publisher sends MPEG2VIDEO, which becomes JPEG: it is taken when it connects again; waiting for the next/);
  await run(mpeg2);
  await waiting.stderr.waitFor(/the publisher left/);
  expect(await waiting.stop()).toBe(0);
  const pictures = runsOf(await recordsOf(topic)).flat();
  expect(pictures.length).toBeGreaterThan(60);
  expect(new Set(pictures.map((record) => header(record, "content-type")))).toEqual(new Set(["image/jpeg"]));

  const small = uniqueName("listen-small");
  const address = `rtmp://127.0.0.1:${freePort()}/live/${key}`;
  await using scaling = startKt(["emit-video", address, "--listen", "--size", "160x", "--retries", "0", "--topic", small]);
  await scaling.stderr.waitFor(/waiting for a publisher/);
  await run(publishing(address, "flv"));
  expect(await scaling.ended(20_000)).toBe(0);
  const scaled = runsOf(await recordsOf(small)).flat();
  expect(scaled).toHaveLength(frames);
  expect(new Set(scaled.map((record) => header(record, "kt-size")))).toEqual(new Set(["160x120"]));
});

test.each([["rtmp"], ["srt"]])("%s: SIGTERM while nobody is there ends at once and well", async (protocol) => {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const port = freePort();
    const url = protocol === "rtmp" ? `rtmp://127.0.0.1:${port}/live/${key}` : `srt://127.0.0.1:${port}`;
    await using waiting = startKt(["emit-video", url, "--listen", "--topic", uniqueName("listen-term")]);
    await waiting.stderr.waitFor(/waiting for a publisher/);
    await Bun.sleep(1000);
    const begun = performance.now();
    process.kill(waiting.pid, "SIGTERM");
    expect(await waiting.ended()).toBe(0);
    soonestMs = Math.min(soonestMs, performance.now() - begun);
  }
  // What does not take leave is waited for two seconds; a machine that is busy all three times is slow for less.
  expect(soonestMs).toBeLessThan(1900);
});

/** Programs whose command line has all of these. */
function running(...words: string[]): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return words.every((word) => line.includes(word));
      } catch {
        return false; // it has ended
      }
    })
    .map(Number);
}

test("SRT: who comes late is taken; of a kt that was killed nothing stays, and the next one has the port", async () => {
  const port = freePort();
  const topic = uniqueName("listen-killed");
  const url = `srt://127.0.0.1:${port}`;
  const listening = () => running("-nostdin", `${url}?mode=listener`);
  const args = ["emit-video", url, "--listen", "--topic", topic];
  await using killed = startKt(args);
  await killed.stderr.waitFor(/waiting for a publisher/);
  const [first] = await eventually(() => (listening().length === 1 ? listening() : undefined), "ffmpeg listens");
  // Nobody comes for so long that another ffmpeg listens.
  await eventually(() => listening().length === 1 && listening()[0] !== first, "another ffmpeg listens", 30_000);
  await run(publishing(url, "mpegts"));
  await killed.stderr.waitFor(/the publisher left; waiting for the next/);
  expect(killed.stderr.lines.filter((line) => !/waiting for|is connected|^Created topic/.test(line))).toEqual([]);
  await eventually(() => listening().length === 1, "ffmpeg listens again");
  // It runs, and has the port a moment later.
  const inHex = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  await eventually(async () => (await Bun.file("/proc/net/udp").text()).includes(inHex), "ffmpeg has the port");
  process.kill(killed.pid, "SIGKILL");
  // It is there while the one before still has the port.
  await using next = startKt([...args, "--retries", "0"]);
  await next.stderr.waitFor(/waiting for a publisher/, 30_000);
  await run(publishing(url, "mpegts"));
  expect({ code: await next.ended(20_000), said: next.stderr.text }).toMatchObject({ code: 0 });
  expect(runsOf(await recordsOf(topic))).toHaveLength(2);
  await using last = startKt(args);
  await last.stderr.waitFor(/waiting for a publisher/);
  await eventually(() => listening().length === 1, "ffmpeg listens");
  process.kill(last.pid, "SIGKILL");
  await eventually(() => listening().length === 0, "its ffmpeg ends by itself", 30_000);
});
