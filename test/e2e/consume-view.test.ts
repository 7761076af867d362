/** kt consume --view: a stream's pictures in a terminal, which is as it was when that ends, however it ends. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { painted, sentToKitty } from "../unit/terminal/read-back.ts";
import { isEnd } from "./support/frames.ts";
import { brokers, eventually, ffmpegPath, ktOk, makeTopic, recordsOf, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { blue, emitFlag, expectFlag, expectNear, expectRestored, isPicture, red, terminal, upperHalf, view } from "./support/view.ts";

setDefaultTimeout(120_000);

let jpeg: string;
let h264: string;

beforeAll(async () => {
  jpeg = uniqueName("view-jpeg");
  h264 = uniqueName("view-h264");
  await emitFlag(jpeg, "mjpeg", "--quality", "2");
  await emitFlag(h264, "auto");
});

test.each([["JPEG"], ["H.264"]])("%s plays by its own times, in its colours, pauses, follows the window, and ends by q", async (kind) => {
  const topic = kind === "JPEG" ? jpeg : h264;
  await using shown = await terminal();
  await shown.enter(`clear; ${view(topic)}; echo "code $?"`);
  await shown.waitFor(/^ door {2}\d{4}-\d\d-\d\d [\d:.]+ {2}[\d.]+ fps {2}\d+ dropped {2}space pauses, q ends *$/m);
  expect(await shown.state()).toMatchObject({ alternate: true, cursor: false });
  // 320x180 over 23 rows of 20 pixels: as wide as 80 columns of 10.
  expect(await expectFlag(shown)).toEqual({ columns: 80, rows: 23 });
  await shown.press("Space");
  const [, stopped] = await shown.waitFor(/ (\d\d:\d\d:\d\d\.\d{3}) {2}paused/);
  await Bun.sleep(500);
  expect(await shown.text()).toContain(`${stopped}  paused`);
  await shown.resize(40, 30);
  // 400 pixels across are 225 down, which are 11 rows of 20.
  await eventually(async () => {
    const rows = (await shown.cells()).filter((row) => row.some(isPicture));
    return rows.length === 11 && rows.every((row) => row.filter(isPicture).length === 40);
  }, "the picture in a smaller window");
  await expectFlag(shown);
  await shown.waitFor(/ paused /);
  await shown.press("Space");
  await shown.waitFor(/ fps /);
  await shown.press("q");
  await shown.waitFor(/^code 0$/m);
  expect(await shown.text()).not.toContain(upperHalf);
  await expectRestored(shown);
});

test("a recording takes as long as it took, and its last picture stays when it ends by itself", async () => {
  await using shown = await terminal();
  const begun = performance.now();
  await shown.enter(`clear; ${view(h264, "--exit")}; echo "code $?"`);
  await shown.waitFor(/^code 0$/m);
  expect(performance.now() - begun).toBeGreaterThan(3500);
  expect((await expectFlag(shown)).columns).toBe(80);
  await expectRestored(shown);
});

test("one picture is drawn where the cursor is, and stays there", async () => {
  await using shown = await terminal();
  await shown.enter(`clear; ${view(h264, "-n", "1")}; echo "code $?"`);
  await shown.waitFor(/^code 0$/m);
  expect((await expectFlag(shown)).columns).toBe(80);
  expect(await shown.state()).toMatchObject({ alternate: false, cursor: true });
});

const numbered = 40;
const pixels = "color=black:size=64x64:rate=10:duration=4,geq=lum=16+5*N:cb=128:cr=128";

/** Each picture as grey as its number says, with one key frame, and stored out of order. @returns numbers by offset */
async function emitNumbered(topic: string): Promise<number[]> {
  await using folder = await tempFolder();
  const clip = `${folder.path}/numbered.mp4`;
  const encoding = ["-c:v", "libx264", "-crf", "8", "-g", "200", "-keyint_min", "200", "-sc_threshold", "0", "-bf", "2", "-pix_fmt", "yuv420p"];
  await run([ffmpegPath, "-v", "error", "-f", "lavfi", "-i", pixels, ...encoding, clip]);
  await ktOk(["emit-video", `grey=${clip}`, "--fast", "--topic", topic]);
  const records = (await recordsOf(topic)).filter((record) => !isEnd(record)).slice(-numbered);
  expect(records.filter(({ headers }) => headers.some(({ name }) => name === "kt-key"))).toHaveLength(1);
  const times = records.map(({ headers }) => Number(headers.find(({ name }) => name === "kt-pts")?.value));
  return times.map((time) => Math.round((time - Math.min(...times)) / 100_000));
}

test("an offset's picture is that one, also in the middle of H.264; the last of a stream that ended is its last", async () => {
  const topic = uniqueName("view-numbered");
  const numbers = await emitNumbered(topic);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: numbered }, (_, i) => i));
  // Of another run, which is not to be taken for the one before.
  await emitNumbered(topic);
  await using shown = await terminal();
  for (const [from, number] of [
    ["0", 0],
    ["17", numbers[17]],
    ["18", numbers[18]],
    // After the end of the first run.
    [`${numbered}`, 0],
    [`${numbered + 1 + 27}`, numbers[27]],
    ["-1", numbered - 1],
    ["-2", numbers[numbered - 1]],
  ] as [string, number][]) {
    await shown.enter(`clear; ${view(topic, "-n", "1", "--from", from)}; echo "code $? of ${from}"`);
    await shown.waitFor(new RegExp(`^code 0 of ${from}$`, "m"));
    const [row = []] = (await shown.cells()).filter((cells) => cells.some(isPicture));
    const [level = 0] = (row.find(isPicture)?.front ?? []) as number[];
    // 5 of the 219 levels that video has.
    expect([from, Math.round((level * 219) / 255 / 5)]).toEqual([from, number]);
  }
});

test("256 colours where the terminal does not say that it has more", async () => {
  await using shown = await terminal({ COLORTERM: "" });
  await shown.enter(`clear; ${view(jpeg, "-n", "1")}; echo "code $?"`);
  await shown.waitFor(/^code 0$/m);
  const row = (await shown.cells()).find((cells) => cells.some(isPicture)) ?? [];
  expect([row[2]?.front, row[77]?.back]).toEqual([196, 21]);
});

test("a stream's name with escape sequences is shown, and not obeyed", async () => {
  const topic = await makeTopic("view-hostile");
  const key = "\u001b]0;owned\u0007\u001b[2J\u001b[31mred\r\n\u202egnp";
  const lines = (await recordsOf(jpeg)).filter((record) => !isEnd(record)).map(({ offset, partition, ...record }) => JSON.stringify({ ...record, key }));
  await ktOk(["produce", topic, "--json"], { stdin: `${lines.join("\n")}\n` });
  await using shown = await terminal();
  const before = await shown.state();
  await shown.enter(`clear; ${view(topic)}`);
  await shown.waitFor(/^ \\x1b\]0;owned\\x07\\x1b\[2J/m);
  expect((await shown.state()).title).toBe(before.title);
  await expectFlag(shown);
  await shown.press("q");
});

test("of several streams the first is shown, and the line says that there are others; --key chooses", async () => {
  const topic = uniqueName("view-several");
  for (const [name, at] of [
    ["first", 0],
    ["second", 1],
  ] as const) {
    const lines = (await recordsOf(jpeg))
      .filter((record) => !isEnd(record))
      .map(({ offset, partition, ...record }) => JSON.stringify({ ...record, key: name }));
    if (at === 0) await ktOk(["topic", "create", topic]);
    await ktOk(["produce", topic, "--json"], { stdin: `${lines.join("\n")}\n` });
  }
  await using shown = await terminal();
  await shown.enter(`clear; ${view(topic)}`);
  await shown.waitFor(/^ first .*1 other stream: --key/m, 30_000);
  await shown.press("q");
  await eventually(async () => !(await shown.state()).alternate, "the shell's screen");
  await shown.enter(`clear; ${view(topic, "--key", "second")}`);
  await shown.waitFor(/^ second .* fps +\d+ dropped +space/m);
});

/** In a terminal that is only a pipe to the test: all that was written to it. */
async function written(...options: string[]): Promise<string> {
  const command = `stty columns 80 rows 24; ${view(jpeg, ...options)}`;
  const env = { KT_BROKERS: brokers, TERM: "xterm-256color", TMUX: undefined, XDG_CONFIG_HOME: "/nonexistent" };
  const { stdout } = await run(["script", "-qefc", command, "/dev/null"], { env, timeoutMs: 60_000 });
  return stdout;
}

test("sixels are the picture", async () => {
  const text = await written("sixel", "-n", "1");
  const begin = text.indexOf("\x1bP");
  const { width, height, pixels } = painted(text.slice(begin, text.indexOf("\x1b\\", begin) + 2));
  expect([width, height]).toEqual([800, 460]);
  expect(pixels[230 * width + 100]).toBe("100;0;0");
  expect(pixels[230 * width + 700]).toBe("0;0;100");
});

test("kitty's picture is the picture", async () => {
  const text = await written("kitty", "-n", "1");
  const begin = text.indexOf("\x1b_Ga=T");
  const { keys, pixels } = sentToKitty(text.slice(begin, text.lastIndexOf("\x1b\\") + 2));
  expect(keys).toMatchObject({ s: "320", c: "80", r: "23" });
  const at = (x: number, y: number) => [...pixels.subarray((y * 320 + x) * 3, (y * 320 + x) * 3 + 3)];
  expectNear(at(20, 90), red);
  expectNear(at(300, 90), blue);
});

test("a live stream is shown when it comes, and goes on after a pause with what is new", async () => {
  const topic = await makeTopic("view-live");
  await using shown = await terminal();
  await shown.enter(`clear; ${view(topic, "--from", "end")}`);
  await shown.waitFor(/No picture yet: no record came/);
  await using emitter = startKt(["emit-video", "live=testsrc", "--codec", "h264", "--size", "320x180", "--keyint", "15", "--topic", topic]);
  await shown.waitFor(/^ live .* fps /m);
  await shown.press("Space");
  await shown.waitFor(/paused/);
  await Bun.sleep(3000);
  await shown.press("Space");
  const [, time] = await shown.waitFor(/^ live {2}\S+ (\S+) {2}[\d.]+ fps/m);
  expect(time).toBeDefined();
  await emitter.stop();
  await shown.press("q");
  await eventually(async () => !(await shown.state()).alternate, "the shell's screen");
});
