/** kt serve under what chance says to it: scripts/fuzz does the same for as long as it is told. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { fuzz } from "../fuzz/fuzz.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, makeTopic, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

test("whatever is said to it, kt serve answers, makes no fault of its own, and writes no stack", async () => {
  await using folder = await tempFolder();
  const [video, pictures, json] = [await makeTopic("fuzz-h264", "--partitions", "2"), await makeTopic("fuzz-jpeg"), await makeTopic("fuzz-json")];
  const clip = await makeClip(`${folder.path}/clip.mp4`);
  await ktOk(["emit-video", `door=${clip}`, "--topic", video, "--fast"]);
  await ktOk(["emit-video", `yard=${clip}`, "--topic", pictures, "--codec", "mjpeg", "--fast"]);
  await ktOk(["produce", json], { stdin: Array.from({ length: 300 }, (_, id) => JSON.stringify({ id: id % 7, a: { b: id } })).join("\n") });
  await using served = await serve();
  await eventually(async () => (await fetch(`${served.url}/topics/${video}/frame`)).ok, "the topics are known");
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await fuzz({ url: served.url, seed, seconds: 15, topics: [video, pictures, json, "not-there"], keys: ["door", "yard", "", "nobody"] });
  const { faults, messages, requests } = report;
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect([messages > 100, requests > 100]).toEqual([true, true]);
  expect(served.process.running).toBe(true);
  expect(served.process.stderr.lines.filter((line) => /^\s+at |Error:/.test(line))).toEqual([]);
});
