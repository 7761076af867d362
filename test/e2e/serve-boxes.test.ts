/** What programs see, over kt serve: which topic is drawn over which, found in the log by the pictures, and drawn into pictures. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { hashOfRun, nameOf } from "../../src/format/detections/frame-name.ts";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { glyphOf, glyphSize } from "../../src/video/paint/font.ts";
import { eventually, ffmpegPath, kt, ktOk, makeTopic, recordsOf, type Served, serve, tempFolder } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { openSocket } from "./support/socket.ts";
import { detectionOf, squareAt, squareClip, squareSize } from "./support/square.ts";

setDefaultTimeout(120_000);

const frames = 75;
const { width, height } = squareSize;
let video: string;
let pictures: RecordEnvelope[];

beforeAll(async () => {
  video = await makeTopic("video");
  await using folder = await tempFolder();
  const clip = await squareClip(`${folder.path}/square.mp4`, frames / 25);
  for (const [name, codec] of [
    ["jpeg", "mjpeg"],
    ["h264", "h264"],
  ])
    await ktOk(["emit-video", clip, "--topic", video, "--name", name as string, "--codec", codec as string, "--fast"]);
  pictures = (await recordsOf(video)).filter(({ value }) => value !== "");
});

const of = (key: string) => pictures.filter((picture) => picture.key === key).sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
const lines = (some: RecordEnvelope[], more: object = { color: "#ff0000" }) => some.map((picture) => detectionOf(picture as never, more)).join("");

/** Once the server has seen that a topic is detections. */
async function known({ url }: Served, topic: string): Promise<void> {
  await eventually(async () => ((await (await fetch(`${url}/topics/${topic}`)).json()) as { detections?: unknown }).detections, `${topic} known as detections`);
}

/** And that a topic has these streams. */
async function shown({ url }: Served, topic: string, ...keys: string[]): Promise<void> {
  let said = "";
  for (const key of keys)
    await eventually(
      async () => {
        const answer = await fetch(`${url}/topics/${topic}/frame?key=${key}`);
        said = answer.ok ? "" : await answer.text();
        return answer.ok;
      },
      () => `a picture of ${key}: ${said}`,
    );
}

const named = ({ partition, offset, timestamp, headers }: RecordEnvelope) => {
  const header = (name: string) => headers.find((one) => one.name === name)?.value ?? "";
  return { partition, offset, timestampMs: timestamp, runHash: hashOfRun(header("kt-run")), sequence: Number(header("kt-seq")) };
};

test("--overlay, a header, and keys say over which topic it is drawn; what was said otherwise is not", async () => {
  const [told, headed, keyed, other] = [await makeTopic("told"), await makeTopic("headed"), await makeTopic("keyed"), await makeTopic("other")];
  await using served = await serve(undefined, "--overlay", `${told}=${video}`, "--overlay", `${other}=elsewhere`);
  const value = '{"objects":[{"label":"a","box":[0,0,0.5,0.5]}]}';
  const produce = (topic: string, key: string | null, headers: object[] = []) =>
    ktOk(["produce", topic, "--json"], { stdin: `${JSON.stringify({ key, value, headers })}\n` });
  await produce(headed, null, [{ name: "kt-topic", value: video }]);
  await produce(keyed, "jpeg");
  await produce(other, "jpeg");
  for (const topic of [headed, keyed, other]) await known(served, topic);
  await using socket = await openSocket(served.url);
  socket.send({ type: "boxes", panel: 1, topic: video, key: "jpeg" });
  const message = await socket.waitFor(
    ({ type, overlays }) => type === "boxes" && [told, headed, keyed].every((topic) => (overlays as string[]).includes(topic)),
  );
  expect(message.overlays).not.toContain(other);
  await Bun.sleep(1000);
  // Records without a key are meant where the topic was named.
  for (const topic of [told, headed, keyed, other]) await produce(topic, null);
  const live = () => socket.told.filter(({ type }) => type === "boxes").flatMap(({ detected }) => (detected as { topic: string }[]).map(({ topic }) => topic));
  await eventually(() => live().length >= 2, "the live detections");
  expect([...new Set(live())].toSorted()).toEqual([told, headed].toSorted());
});

test("detections are found by their pictures, in order or behind others, where a program ran later", async () => {
  const seen = await makeTopic("seen");
  const all = of("jpeg");
  // The second half first, then what was before it, and the end of it once more.
  for (const part of [all.slice(40), all.slice(0, 40), all.slice(-5)]) await ktOk(["produce", seen, "--json"], { stdin: lines(part) });
  await using served = await serve();
  await known(served, seen);
  await using socket = await openSocket(served.url);
  const ask = async (request: number, some: RecordEnvelope[]) => {
    socket.send({ type: "detections", request, topic: video, key: "jpeg", frames: some.map(named) });
    const { detected } = await socket.waitFor((message) => message.type === "detections" && message.request === request);
    return (detected as { name: string; topic: string; objects: { box: number[] }[] }[]).filter(({ topic }) => topic === seen);
  };
  for (const [request, some] of [all.slice(10, 20), all.slice(35, 45)].entries()) {
    const found = await ask(request, some);
    expect(found.map(({ name }) => name).toSorted()).toEqual(
      some.map((one) => nameOf({ runHash: named(one).runHash, sequence: named(one).sequence })).toSorted(),
    );
  }
  expect(await ask(8, all.slice(-2))).toHaveLength(4);
  // Without headers the time says which picture it is, to the millisecond.
  const [early, late] = [all[5], all[6]];
  const untold = [early?.timestamp ?? 0, (late?.timestamp ?? 0) + 1].map((timestamp) =>
    JSON.stringify({ key: "jpeg", timestamp, value: '{"objects":[{"label":"by time","box":[0,0,1,1]}]}' }),
  );
  await ktOk(["produce", seen, "--json"], { stdin: untold.join("\n") });
  const byTime = await ask(7, all.slice(4, 8));
  expect(byTime.filter(({ name }) => name.startsWith("@")).map(({ name }) => name)).toEqual([nameOf({ timestampMs: early?.timestamp ?? 0 })]);
  socket.send({ type: "events", request: 9, topic: video, key: "jpeg", span: null });
  const { events, held } = (await socket.waitFor((message) => message.type === "events")) as unknown as { events: { count: number }[]; held: number };
  expect(held).toBeGreaterThanOrEqual(frames + 5);
  expect(events.length).toBeGreaterThan(0);
});

/** The colour of a pixel of each picture of a file. */
async function pixels(bytes: Uint8Array): Promise<(picture: number, x: number, y: number) => [number, number, number]> {
  const child = Bun.spawn([ffmpegPath, "-v", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"], {
    stdin: Buffer.from(bytes),
    stdout: "pipe",
  });
  const raw = new Uint8Array(await new Response(child.stdout).arrayBuffer());
  return (picture, x, y) => [...raw.slice(((picture * height + y) * width + x) * 3).slice(0, 3)] as [number, number, number];
}

const isRed = ([red, green, blue]: number[]) => (red ?? 0) > 150 && (green ?? 255) < 110 && (blue ?? 255) < 110;

test("frame, stream.mjpeg and clip.mp4 draw what was seen into the pictures", async () => {
  const seen = await makeTopic("seen");
  await ktOk(["produce", seen, "--json"], { stdin: lines([...of("jpeg"), ...of("h264")]) });
  await using served = await serve(undefined, "--overlay", `${seen}=${video}`);
  await known(served, seen);
  await shown(served, video, "jpeg", "h264");
  for (const key of ["jpeg", "h264"]) {
    const all = of(key);
    const number = 30;
    const [x, y] = squareAt(number);
    const at = `/topics/${video}/frame?key=${key}&at=${all[number]?.timestamp}`;
    for (const [query, drawn] of [
      ["", false],
      ["&boxes=1", true],
    ] as const) {
      const answer = await fetch(`${served.url}${at}${query}`);
      expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({ status: 200, type: "image/jpeg" });
      const pixel = await pixels(await answer.bytes());
      expect({ key, drawn: isRed(pixel(0, x + 40, y)) }).toEqual({ key, drawn });
    }
    const clip = await fetch(`${served.url}/topics/${video}/clip.mp4?key=${key}&start=${all[0]?.timestamp}&end=${(all.at(-1)?.timestamp ?? 0) + 1}&boxes=1`);
    const pixel = await pixels(await clip.bytes());
    for (const picture of [0, 10, number, frames - 1]) {
      const [left, top] = squareAt(picture);
      expect({ key, picture, drawn: isRed(pixel(picture, left + 40, top)) || isRed(pixel(picture, left + 40, top + 1)) }).toEqual({
        key,
        picture,
        drawn: true,
      });
    }
  }
  const [first] = await parts(`${served.url}/topics/${video}/stream.mjpeg?key=jpeg&from=start&boxes=1&nosignal=0`, 1);
  const [left, top] = squareAt(0);
  const pixel = await pixels(first?.body ?? Buffer.alloc(0));
  expect(isRed(pixel(0, left + 40, top))).toBe(true);
});

/** Reads a line of letters of two by two pixels off a picture, by the shapes that they have. @param x of its left top */
function textAt(pixel: Awaited<ReturnType<typeof pixels>>, x: number, y: number, count: number): string {
  const scale = 2;
  const light = (column: number, row: number) => pixel(0, x + column * scale, y + row * scale).reduce((sum, part) => sum + part, 0) / 3;
  const shapeOf = (letter: string) =>
    glyphOf(letter)
      .map((bits) => bits.toString(2).padStart(glyphSize.width, "0"))
      .join("");
  const letters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));
  return Array.from({ length: count }, (_, at) => {
    const shape = Array.from({ length: glyphSize.width * glyphSize.height }, (_, i) => {
      const column = at * (glyphSize.width + 1) + (i % glyphSize.width);
      return light(column, Math.floor(i / glyphSize.width)) > 100 ? "0" : "1";
    }).join("");
    return letters.find((letter) => shapeOf(letter) === shape) ?? "?";
  }).join("");
}

test("what is drawn into pictures can be read, and whatever a label is, it is a label", async () => {
  const seen = await makeTopic("seen");
  const all = of("jpeg");
  const labels = ["car", "'", '"', ":x=1", "\\", "a\nb", "%{pts}", "[out];null", "汽车 🚗", "y".repeat(10_000)];
  const place = { color: "#ff0000", box: [100, 100, 400, 200] };
  await ktOk(["produce", seen, "--json"], {
    stdin: labels.map((label, i) => lines([all[i] as RecordEnvelope], { ...place, label, text: label, score: 0.91 })).join(""),
  });
  await using served = await serve(undefined, "--overlay", `${seen}=${video}`);
  await known(served, seen);
  await shown(served, video, "jpeg");
  for (const i of labels.keys()) {
    const answer = await fetch(`${served.url}/topics/${video}/frame?key=jpeg&at=${all[i]?.timestamp}&boxes=1`);
    expect({ i, status: answer.status, type: answer.headers.get("content-type") }).toEqual({ i, status: 200, type: "image/jpeg" });
    const pixel = await pixels(await answer.bytes());
    expect({ i, drawn: isRed(pixel(0, 450, 299)) && isRed(pixel(0, 103, 97)) }).toEqual({ i, drawn: true });
    // White on red: only one of them has green.
    const white = (_: number, x: number, y: number): [number, number, number] => {
      const [, green] = pixel(0, x, y);
      return [255 - green, 255 - green, 255 - green];
    };
    if (i === 0) expect(textAt(white, 104, 82, 11)).toBe("car 91% car");
  }
});

test("of PNG, a clip in which nothing is seen at first has all of its pictures", async () => {
  const [stills, seen] = [await makeTopic("stills"), await makeTopic("seen")];
  await using folder = await tempFolder();
  await ktOk(["emit-video", await squareClip(`${folder.path}/square.mp4`, 1), "--topic", stills, "--name", "png", "--codec", "png", "--fast"]);
  const all = (await recordsOf(stills)).filter(({ value }) => value !== "");
  await ktOk(["produce", seen, "--json"], { stdin: lines(all.slice(20, 21)) });
  await using served = await serve(undefined, "--overlay", `${seen}=${stills}`);
  await known(served, seen);
  await shown(served, stills, "png");
  const clip = await fetch(`${served.url}/topics/${stills}/clip.mp4?key=png&start=${all[0]?.timestamp}&boxes=1`);
  const pixel = await pixels(await clip.bytes());
  const drawn = all.map((_, picture) => {
    const [left, top] = squareAt(picture);
    return isRed(pixel(picture, left + 40, top)) || isRed(pixel(picture, left + 40, top + 1));
  });
  expect(drawn).toEqual(all.map((_, picture) => picture === 20));
});

test("--overlay that is no pair of topics is asked wrongly", async () => {
  const { code, stderr } = await kt(["serve", "--overlay", "seen"]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--overlay takes a topic of detections and the topic that it is drawn over"),
  });
});
