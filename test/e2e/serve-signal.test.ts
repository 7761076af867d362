/** Streams to plain clients: what they see while nothing comes, and how many pictures they get at most. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, makeTopic, pythonOk, recordsOf, serve, startKt, tempFolder } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

test("a camera that is lost shows NO SIGNAL in the size of its pictures, again and again, until it is back; OpenCV reads on", async () => {
  await using folder = await tempFolder();
  await using served = await serve();
  const topic = await makeTopic("lost");
  const clip = await makeClip(`${folder.path}/clip.mp4`);
  const emit = () => startKt(["emit-video", clip, "--topic", topic, "--name", "door", "--codec", "mjpeg", "--loop"]);
  const stream = `${served.url}/topics/${topic}/stream.mjpeg?nosignal=1`;
  {
    await using _emitter = emit();
    await eventually(async () => (await recordsOf(topic)).length > 10, "it is live");
    expect((await parts(stream, 10)).map(({ signal }) => signal)).toEqual(new Array(10).fill(""));
  }
  await eventually(async () => (await parts(stream, 2))[1]?.signal === "lost", "its last pictures have come");
  const silent = await parts(stream, 3);
  expect(silent.map(({ signal }) => signal)).toEqual(["", "lost", "lost"]);
  expect((await parts(`${stream}&from=-5&speed=10`, 7)).map(({ signal }) => signal)).toEqual(["", "", "", "", "", "lost", "lost"]);
  await Bun.write(`${folder.path}/silent.jpg`, silent[1]?.body ?? "");
  const seen = pythonOk(
    `import sys, cv2
print(cv2.imread(sys.argv[2]).shape)
video, dark = cv2.VideoCapture(sys.argv[1]), 0
while True:
    ok, frame = video.read()
    if not ok: sys.exit('the stream ended')
    if frame.shape != (240, 320, 3): sys.exit(str(frame.shape))
    if frame[0].mean() < 60: dark += 1
    elif dark: break
print(dark > 0)`,
    [stream, `${folder.path}/silent.jpg`],
    { timeoutMs: 40_000 },
  );
  await Bun.sleep(3000);
  await using _again = emit();
  expect((await seen).split("\n").slice(0, 2)).toEqual(["(240, 320, 3)", "True"]);
});

test("of a source that ended well the last picture stays; nothing was ever there, or nosignal=0: what is asked for is shown", async () => {
  await using folder = await tempFolder();
  await using served = await serve();
  const [ended, empty] = [await makeTopic("ended"), await makeTopic("empty")];
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 }), "--topic", ended, "--fast"]);
  const last = await parts(`${served.url}/topics/${ended}/stream.mjpeg?nosignal=1`, 3);
  expect(last.map(({ signal }) => signal)).toEqual(["", "ended", "ended"]);
  expect(last[2]?.body.equals(last[0]?.body as Buffer)).toBe(true);
  const [never] = await parts(`${served.url}/topics/${empty}/stream.mjpeg?nosignal=1`, 1);
  expect([never?.signal, never?.contentType]).toEqual(["lost", "image/jpeg"]);
  await expect(parts(`${served.url}/topics/${ended}/stream.mjpeg?nosignal=0`, 2, 4000)).rejects.toThrow();
});

test("fps: at most so many pictures a second, evenly, live and from the log", async () => {
  await using folder = await tempFolder();
  await using served = await serve();
  const topic = await makeTopic("fps");
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--codec", "mjpeg", "--loop"]);
  await eventually(async () => (await recordsOf(topic)).length > 60, "it is live");
  for (const from of ["end", "-60"]) {
    const times = (await parts(`${served.url}/topics/${topic}/stream.mjpeg?fps=5&from=${from}`, 9)).map(({ timestampMs }) => timestampMs);
    const gaps = times.slice(2).map((time, i) => time - (times[i + 1] as number));
    // 25 pictures a second have no two that are 200 ms apart to the millisecond, but hardly more than one's time off.
    expect([from, gaps.filter((gap) => gap < 100 || gap > 320)]).toEqual([from, []]);
    expect((times.at(-1) as number) - (times[1] as number)).toBeWithin(1200, 1700);
  }
  const response = await fetch(`${served.url}/topics/${topic}/stream.mjpeg?fps=none`);
  expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/^fps must be a number above 0 .+ not 'none'\..+\n$/)]);
});
