/** kt emit-video: whatever ffmpeg can open, from wherever it comes. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { ffmpeg, makeClip } from "./support/clips.ts";
import { framesOf, header, isEnd, numberIn, pictureOf, reported, sequenceOf, upTo } from "./support/frames.ts";
import { binary, brokers, eventually, kt, ktOk, makeTopic, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
const at = (name: string) => `${folder.path}/${name}`;
/** 50 frames, its index in front. */
let clip: string;
beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(at("clip.mp4"), { seconds: 2, encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"] });
});
afterAll(() => folder[Symbol.asyncDispose]());

const framesIn = async (topic: string) => (await recordsOf(topic)).filter((record) => !isEnd(record));

describe("stdin", () => {
  /** What a shell makes of the line, with $KT for kt and its arguments so far. */
  const shell = (line: string, topic: string) =>
    run(["bash", "-c", line], { env: { KT: `${binary} emit-video - --fast --topic ${topic}`, CLIP: clip, KT_BROKERS: brokers, OUT: folder.path } });

  test.each([
    ["a container through a pipe", "cat $CLIP | $KT", "video/h264"],
    ["a transport stream as it is made", "ffmpeg -v error -i $CLIP -c copy -f mpegts - | $KT", "video/h264"],
    ["Motion JPEG", "ffmpeg -v error -i $CLIP -c:v mjpeg -f mjpeg - | $KT", "image/jpeg"],
    ["what has to be encoded, and is read from its beginning all the same", "ffmpeg -v error -i $CLIP -c:v mpeg4 -f avi - | $KT", "image/jpeg"],
    ["a redirected file, though its index is at its end", "ffmpeg -v error -y -i $CLIP -c copy $OUT/late.mp4 && $KT < $OUT/late.mp4", "video/h264"],
  ])("%s", async (_, line, contentType) => {
    const topic = uniqueName("stdin");
    const { code, stderr } = await shell(line, topic);
    expect([code, stderr]).toEqual([0, expect.stringContaining("50 sent, 50 delivered, 0 failed")]);
    const frames = await framesIn(topic);
    expect(new Set(frames.map((frame) => `${frame.key} ${header(frame, "content-type")}`))).toEqual(new Set([`stdin ${contentType}`]));
  });

  test("a camera's bare H.264, with --live, is passed through as it comes, and its end is a good end", async () => {
    const topic = uniqueName("piped");
    const line = "ffmpeg -v error -re -i $CLIP -c:v libx264 -tune zerolatency -g 10 -f h264 - | $KT --live --input-options '-probesize 20000'";
    const { code, stderr } = await shell(line.replace("--fast ", ""), topic);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/: (4[5-9]|50) sent, \1 delivered, 0 failed/)]);
    const records = await recordsOf(topic);
    expect(records.filter(isEnd)).toHaveLength(1);
    const frames = records.filter((record) => !isEnd(record));
    expect(new Set(frames.map((frame) => header(frame, "content-type")))).toEqual(new Set(["video/h264"]));
    // It has no clock of its own: each picture is of when it came.
    const spanMs = (frames.at(-1)?.timestamp as number) - (frames[0]?.timestamp as number);
    expect(spanMs).toBeGreaterThan(800);
    expect(spanMs).toBeLessThan(4000);
  });

  test("an MP4 whose index is at its end cannot come through a pipe, and is told what helps", async () => {
    const { code, stderr } = await shell("ffmpeg -v error -y -i $CLIP -c copy $OUT/late.mp4 && cat $OUT/late.mp4 | $KT", uniqueName("late"));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^kt: The MP4 on stdin has its index at the end.*Give the file's name, or < FILE/m)]);
  });
});

describe("a folder of images", () => {
  beforeAll(async () => {
    await mkdir(at("shots"));
    await mkdir(at("drawings"));
    await ffmpeg(["-i", clip, "-frames:v", "12", at("shots/shot%d.jpg")]);
    await ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1", at("shots/shot13.jpg")]);
    await ffmpeg(["-i", clip, "-frames:v", "3", at("drawings/%d.bmp")]);
  });

  test("each JPEG as it is, in the order of the numbers, each with its own size", async () => {
    const topic = uniqueName("images");
    await ktOk(["emit-video", at("shots"), "--topic", topic, "--every", "10ms"]);
    const frames = await framesIn(topic);
    expect(frames).toHaveLength(13);
    for (const [i, frame] of frames.entries()) expect(pictureOf(frame).equals(await readFile(at(`shots/shot${i + 1}.jpg`)))).toBe(true);
    expect(frames.slice(-2).map((frame) => header(frame, "kt-size"))).toEqual(["320x240", "64x48"]);
    expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(upTo(13).map((i) => i * 40_000));
  });

  test("others are encoded; over and over with --loop", async () => {
    const frames = await framesOf(at("drawings"), "--loop", "2");
    expect(frames.map((frame) => header(frame, "content-type"))).toEqual(Array(6).fill("image/jpeg"));
  });
});

describe("a folder with files that are no images", () => {
  beforeAll(async () => {
    await mkdir(at("odd"));
    await mkdir(at("odd/5.jpg"));
    await ffmpeg(["-i", clip, "-frames:v", "3", at("odd/%d.jpg")]);
    await writeFile(at("odd/4.jpg"), "no picture");
    await mkdir(at("none"));
    await writeFile(at("none/1.jpg"), "no picture");
  });

  test("each is left out, told of with its name and counted, and the others are sent", async () => {
    const topic = uniqueName("odd");
    const { stderr } = await ktOk(["emit-video", at("odd"), `whole=${clip}`, "--topic", topic, "--fast"]);
    expect(stderr).toContain(`Warning: '${at("odd/4.jpg")}' is left out: it is no picture.`);
    expect(stderr).toContain(`Warning: '${at("odd/5.jpg")}' is left out: it is a folder.`);
    expect(stderr).toMatch(/3 sent, 3 delivered, 0 failed .* stream 'odd', 2 left out/);
    expect(Object.entries(Object.groupBy(await framesIn(topic), ({ key }) => key ?? "")).map(([key, frames]) => `${key} ${frames?.length}`)).toEqual(
      expect.arrayContaining(["odd 3", "whole 50"]),
    );
  });

  test("where nothing can be read, that stream fails, and no other", async () => {
    const topic = uniqueName("none");
    const { code, stderr } = await kt(["emit-video", at("none"), `whole=${clip}`, "--topic", topic, "--fast"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`none: None of the images in '${at("none")}' can be read.`);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await framesIn(topic)).toHaveLength(50);
  });
});

describe("several at once", () => {
  test("share a topic under their names, or get a topic each; one that fails leaves the others alone", async () => {
    await writeFile(at("text.mp4"), "no video");
    const name = uniqueName("cam");
    const { code, stderr } = await kt(["emit-video", `door=${clip}`, `yard=${clip}`, `bad=${at("text.mp4")}`, "--topic", `${name}-{name}`, "--fast"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^bad: '.*text\.mp4' is no video that ffmpeg can read/m);
    expect(stderr).toMatch(/^kt: 1 of 3 streams failed: bad\.$/m);
    for (const stream of ["door", "yard"]) {
      const frames = await framesIn(`${name}-${stream}`);
      expect([sequenceOf(frames), new Set(frames.map(({ key }) => key))]).toEqual([upTo(50), new Set([stream])]);
    }
    expect((await kt(["topic", "describe", `${name}-bad`])).code).toBe(1);
  });

  test("from a list, and by a pattern", async () => {
    const topic = await makeTopic("list");
    await writeFile(at("cameras.txt"), `# two of them\nfirst=${clip}\ntest=testsrc\n`);
    await ktOk(["emit-video", `@${at("cameras.txt")}`, at("cl*.mp4"), "--topic", topic, "--duration", "1s", "--fast"]);
    const counts = Object.groupBy(await framesIn(topic), ({ key }) => key ?? "");
    expect(
      Object.entries(counts)
        .map(([key, frames]) => [key, frames?.length])
        .sort(),
    ).toEqual([
      ["clip", expect.any(Number)],
      ["first", expect.any(Number)],
      ["test", 30],
    ]);
  });
});

describe("http", () => {
  test("a file and a playlist end, a camera of Motion JPEG is tried again", async () => {
    await ffmpeg(["-i", clip, "-c", "copy", "-hls_time", "1", "-hls_playlist_type", "vod", at("list.m3u8")]);
    const [jpeg] = await framesOf(clip, "--codec", "mjpeg");
    const picture = pictureOf(jpeg);
    const part = Buffer.concat([Buffer.from(`--part\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`), picture, Buffer.from("\r\n")]);
    let visits = 0;
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname !== "/camera") return new Response(Bun.file(at(pathname.slice(1))));
        visits++;
        let count = 0;
        const pictures = async (controller: ReadableStreamDefaultController) => {
          await Bun.sleep(50);
          if (count++ < 20) controller.enqueue(part);
          else controller.close();
        };
        return new Response(new ReadableStream({ pull: pictures }), { headers: { "content-type": "multipart/x-mixed-replace; boundary=part" } });
      },
    });
    const topic = await makeTopic("http");
    for (const name of ["clip.mp4", "list.m3u8"]) {
      const { stderr } = await ktOk(["emit-video", `${server.url}${name}`, "--topic", topic, "--fast"]);
      expect(stderr).toContain("50 sent, 50 delivered, 0 failed");
      expect(stderr).not.toContain("Warning");
    }
    await using camera = startKt(["emit-video", `gate=${server.url}camera`, "--topic", topic]);
    await camera.stderr.waitFor(/^gate: the source ended; trying again in 1 s\.$/m);
    await eventually(() => visits >= 2, "a second visit");
    expect(await camera.stop()).toBe(0);
    const own = (await framesIn(topic)).filter(({ key }) => key === "gate");
    expect(own.length).toBeGreaterThanOrEqual(19);
    // Motion JPEG has no clock: each picture is of when it came.
    const spansMs = own.slice(1, 18).map(({ timestamp }, i) => (timestamp as number) - (own[i]?.timestamp as number));
    expect(spansMs.reduce((sum, span) => sum + span, 0) / spansMs.length).toBeGreaterThan(40);
  });
});

/** A camera of Motion JPEG over HTTP, twelve pictures a visit. @param head of each part; of the first one another, where it is given */
function motionJpeg(picture: Uint8Array, head: string, firstHead = head): Response {
  let count = 0;
  const pull = async (controller: ReadableStreamDefaultController) => {
    await Bun.sleep(50);
    if (count === 12) return controller.close();
    controller.enqueue(Buffer.concat([Buffer.from(count++ === 0 ? firstHead : head), picture, Buffer.from("\r\n")]));
  };
  return new Response(new ReadableStream({ pull }), { headers: { "content-type": "multipart/x-mixed-replace; boundary=part" } });
}

describe("a camera over http", () => {
  let picture: Buffer;
  beforeAll(async () => {
    picture = pictureOf((await framesOf(clip, "--codec", "mjpeg"))[0]);
  });

  test.each([
    ["whose parts say image/jpg", "--part\r\nContent-Type: image/jpg\r\n\r\n", undefined],
    ["whose parts say more than image/jpeg", "--part\r\nContent-Type: image/jpeg; size=1\r\n\r\n", undefined],
    ["whose parts say nothing", "--part\r\nContent-Length: SIZE\r\n\r\n", undefined],
    ["whose first part has no boundary", "--part\r\nContent-Type: image/jpeg\r\nContent-Length: SIZE\r\n\r\n", "Content-Type: image/jpeg\r\n\r\n"],
  ])("%s is read by its pictures, each byte for byte", async (_, head, firstHead) => {
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => motionJpeg(picture, head.replace("SIZE", String(picture.length)), firstHead),
    });
    const topic = uniqueName("parts");
    await using camera = startKt(["emit-video", `gate=${server.url}video`, "--topic", topic]);
    await camera.stderr.waitFor(/^gate: the source ended; trying again/m, 30_000);
    expect(await camera.stop()).toBe(0);
    const frames = await framesIn(topic);
    expect(frames.length).toBeGreaterThanOrEqual(11);
    for (const frame of frames) expect(pictureOf(frame).equals(picture)).toBe(true);
  });

  test("that answers with something else is told of with a reason", async () => {
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => motionJpeg(Buffer.from("no picture"), "--part\r\nContent-Type: image/jpg\r\n\r\n"),
    });
    const { code, stderr } = await kt(["emit-video", `${server.url}video`, "--topic", uniqueName("reason")], { timeoutMs: 60_000 });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^kt: 'http:.*video' cannot be opened: \w.*\w\. Is the address right/m)]);
  });

  test("that was open once is tried again, whatever it answers meanwhile", async () => {
    let visits = 0;
    const head = "--part\r\nContent-Type: image/jpeg\r\n\r\n";
    await using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch() {
        visits++;
        if (visits === 2) return new Response("busy", { status: 503 });
        return visits === 3 ? new Response("<html>login</html>", { headers: { "content-type": "text/html" } }) : motionJpeg(picture, head);
      },
    });
    const topic = uniqueName("refused");
    await using camera = startKt(["emit-video", `gate=${server.url}video`, "--topic", topic]);
    await camera.stderr.waitFor(/^gate: the source ended; trying again in 1 s\.$/m, 30_000);
    await camera.stderr.waitFor(/^gate: 'http:.*' cannot be opened: .*(?:503|5XX).*; trying again in 2 s\.$/m, 30_000);
    const runs = async () => new Set((await framesIn(topic)).map((frame) => header(frame, "kt-run"))).size;
    await eventually(async () => (await runs()) >= 2, "pictures again", 40_000);
    expect(await camera.stop()).toBe(0);
  });

  test("that takes the connection and says nothing is given up, with a sentence", async () => {
    using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const address = `http://127.0.0.1:${server.port}/video`;
    const { code, stderr } = await kt(["emit-video", address, "--topic", uniqueName("silent")], { timeoutMs: 55_000 });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`kt: '${address}' cannot be opened: Connection timed out.`)]);
  });
});

test("a file that still grows is sent as far as it goes, and through a pipe as it grows", async () => {
  await ffmpeg(["-i", clip, "-c", "copy", at("whole.ts")]);
  const bytes = await readFile(at("whole.ts"));
  const half = Math.floor(bytes.length / 2 / 188) * 188;
  await writeFile(at("growing.ts"), bytes.subarray(0, half));
  const sofar = (await framesOf(at("growing.ts"))).length;
  expect(sofar).toBeGreaterThan(10);
  expect(sofar).toBeLessThan(45);
  const topic = await makeTopic("growing");
  const soon = ["--input-options", "-probesize 20000 -analyzeduration 100000"];
  await using emitter = startKt(["emit-video", "-", "--topic", topic, "--fast", ...soon], { stdin: "pipe" });
  emitter.write(bytes.subarray(0, half));
  await eventually(async () => (await framesIn(topic)).length >= sofar - 5, "the first half");
  emitter.write(bytes.subarray(half));
  await eventually(async () => (await framesIn(topic)).length >= sofar + 10, "the second half");
  expect(await emitter.stop()).toBe(0);
  expect(reported(emitter.stderr.text).failed).toBe(0);
});

test.each([
  ["/dev/video87", /^kt: There is no webcam at \/dev\/video87\. This machine has /m],
  ["@no-such-list", /^kt: There is no list 'no-such-list'/m],
])("%s is refused in one sentence", async (input, sentence) => {
  const { code, stderr } = await kt(["emit-video", input]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
});
