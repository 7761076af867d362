/** kt serve: H.264 as HLS, to ffmpeg, VLC, and hls.js in a browser. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { visit } from "./support/browser.ts";
import { makeClip, withBFrames } from "./support/clips.ts";
import { brokers, eventually, ktOk, recordsOf, root, type Served, serve, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { decode, packetsOf } from "./support/probe.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;
/** 150 pictures, 6 s, 320x240, a key frame each second, stored in another order than they are shown. */
let source: string;

beforeAll(async () => {
  folder = await tempFolder();
  source = await makeClip(`${folder.path}/source.mp4`, { seconds: 6, encoding: [...withBFrames, "-g", "25"] });
  served = await serve();
}, 60_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function emitted(runs: number): Promise<string> {
  const topic = uniqueName("hls");
  for (let run = 0; run < runs; run++) await ktOk(["emit-video", `door=${source}`, "--topic", topic, "--fast"]);
  return topic;
}
const playlistOf = (topic: string, query = "") => `${served.url}/topics/${topic}/hls/index.m3u8${query}`;
const read = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
};
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found as string);

test("ffmpeg reads a stored stream from its playlist: every packet and picture of the source", async () => {
  const topic = await emitted(1);
  const { text, type } = await read(playlistOf(topic, "?start=0"));
  expect(type).toBe("application/vnd.apple.mpegurl");
  expect(text).toEndWith("#EXT-X-ENDLIST\n");
  // Groups of pictures of a second go together by two.
  expect(all(text, /^#EXTINF:([\d.]+),$/gm)).toEqual(["2.000000", "2.000000", "2.000000"]);
  const first = (await recordsOf(topic))[0]?.timestamp as number;
  expect(all(text, /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/gm)[0]).toBe(new Date(first).toISOString());
  const relative = (packets: { ptsUs: number; dtsUs: number; key: boolean }[]) =>
    packets.map(({ ptsUs, dtsUs, key }) => ({ ptsUs: ptsUs - (packets[0]?.dtsUs ?? 0), dtsUs: dtsUs - (packets[0]?.dtsUs ?? 0), key }));
  expect(relative(await packetsOf(playlistOf(topic, "?start=0")))).toEqual(relative(await packetsOf(source)));
  expect(await decode(playlistOf(topic, "?start=0"))).toEqual(await decode(source));
});

test("where a camera began again there is a discontinuity, and all is shown", async () => {
  const topic = await emitted(2);
  const { text } = await read(playlistOf(topic, "?key=door&start=0"));
  expect(all(text, /^(#EXT-X-DISCONTINUITY)$/gm)).toHaveLength(1);
  expect(all(text, /^#EXT-X-MAP:URI="(.+)"$/gm)).toHaveLength(2);
  const pictures = await decode(source);
  expect(await decode(playlistOf(topic, "?key=door&start=0"))).toEqual([...pictures, ...pictures]);
});

test("a part of a playlist never changes, not even for another server", async () => {
  const topic = await emitted(1);
  const { text } = await read(playlistOf(topic));
  await using other = await serve(brokers);
  for (const part of [...all(text, /URI="(.+)"/g), ...all(text, /^(segment.+)$/gm)]) {
    const [here, there] = await Promise.all([served, other].map(({ url }) => fetch(`${url}/topics/${topic}/hls/${part}`)));
    expect(here?.headers.get("cache-control")).toContain("immutable");
    expect((await here?.bytes())?.length).toBeGreaterThan(300);
    expect([part, here?.headers.get("etag")]).toEqual([part, there?.headers.get("etag") as string]);
  }
  expect(await read(playlistOf(topic).replace("index.m3u8", "segment-0-1-2-0.m4s?key=door"))).toMatchObject({
    status: 404,
    text: expect.stringContaining("gone"),
  });
});

test("VLC reads it", async () => {
  const topic = await emitted(1);
  const to = `${folder.path}/vlc.ts`;
  const options = ["-I", "dummy", "--no-audio", "--sout", `#standard{access=file,mux=ts,dst=${to}}`, playlistOf(topic, "?start=0"), "vlc://quit"];
  await vlc(options);
  expect((await packetsOf(to)).length).toBeGreaterThan(140);
});

/** VLC does not run as root. */
async function vlc(options: string[]): Promise<void> {
  const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  await (await import("node:fs/promises")).chmod(folder.path, 0o777);
  const child = Bun.spawn([...asNobody, "cvlc", ...options], {
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, HOME: folder.path },
    timeout: 100_000,
  });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`VLC: ${said.slice(-1000)}`);
}

test("hls.js plays a live stream in a browser, and goes back in it", async () => {
  const topic = uniqueName("live");
  await using _emitter = startKt(["emit-video", `door=${source}`, "--topic", topic, "--loop"]);
  await eventually(async () => (await read(playlistOf(topic))).text.includes("segment-"), "there is a segment", 30_000);
  await using visited = await visit("about:blank");
  // Nothing but kt's own page may have a script.
  const page = await visited.newPage({ bypassCSP: true });
  await page.goto(`${served.url}/healthz`);
  await page.addScriptTag({ path: `${root}node_modules/hls.js/dist/hls.min.js` });
  const errors = await page.evaluate(async (url) => {
    type Player = {
      loadSource(url: string): void;
      attachMedia(video: HTMLVideoElement): void;
      on(event: string, listener: (...args: unknown[]) => void): void;
    };
    const { Hls } = globalThis as unknown as { Hls: new () => Player };
    const errors: unknown[] = [];
    const video = Object.assign(document.createElement("video"), { muted: true });
    document.body.append(video);
    const hls = new Hls();
    hls.on("hlsError", (_, data) => (data as { fatal: boolean; details: string }).fatal && errors.push((data as { details: string }).details));
    hls.loadSource(url);
    hls.attachMedia(video);
    await video.play();
    return errors;
  }, `/topics/${topic}/hls/index.m3u8?start=0`);
  const seconds = () => page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  const begun = await seconds();
  await eventually(async () => (await seconds()) > begun + 5, "it plays", 30_000);
  await page.evaluate(() =>
    Object.assign(document.querySelector("video") as HTMLVideoElement, {
      currentTime: (document.querySelector("video") as HTMLVideoElement).seekable.start(0),
    }),
  );
  const back = await seconds();
  await eventually(async () => (await seconds()) > back + 1, "it goes on from there", 30_000);
  expect(errors).toEqual([]);
  expect(await page.evaluate(() => document.querySelector("video")?.videoWidth)).toBe(320);
});

test("what cannot be HLS is said", async () => {
  const topic = uniqueName("jpeg");
  await ktOk(["emit-video", `door=${source}`, "--topic", topic, "--fast", "--codec", "mjpeg"]);
  expect(await read(playlistOf(topic))).toMatchObject({ status: 415, text: expect.stringMatching(/image\/jpeg.+stream\.mjpeg/) });
  expect((await read(playlistOf(topic).replace("index.m3u8", "init-0-0-0.mp4"))).status).toBe(404);
});
