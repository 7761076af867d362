/** README's tour, line by line as it stands there, in one folder and against one Kafka. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { symlink } from "node:fs/promises";
import { makeClip } from "../support/clips.ts";
import { binary, brokers, eventually, kt, ktOk, root, type Served, serve, type TempFolder, tempFolder } from "../support/kt.ts";
import { Running, run } from "../support/process.ts";

setDefaultTimeout(120_000);

const readme = await Bun.file(`${root}README.md`).text();
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block as string);
/** The lines of the block that has this in it. */
const linesOf = (part: string) => (blocks.find((block) => block.includes(part)) ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));

/** What needs a camera, a terminal or a publisher; tests of their own have these: emit-video-live, consume-view, emit-video-listen. */
const elsewhere = [/^kt emit-video door=rtsp:/, / --view\b/, / --listen\b/];
/** What goes on until Ctrl-C, and what shows that it does its work. */
const has =
  (topic: string, ...options: string[]) =>
  async () =>
    (await kt(["consume", topic, "-n", "1", "--exit", ...options])).stdout !== "";
const endless: [line: RegExp, proof: RegExp | (() => Promise<boolean>)][] = [
  [/^kt consume sample( |$)(?!.*--exit)/, /^hi$/m],
  [/^kt emit-video testsrc/, has("video", "--key", "testsrc", "-f", "%o\\n")],
  [/^kt serve/, /http:\/\/127\.0\.0\.1:\d+/],
  [/^kt produce scores .*--every/, has("scores")],
  [/^kt produce load .*--every/, has("load")],
];

let folder: TempFolder;
let served: Served;
const topics = ["sample", "video", "orders", "a", "b", "scores", "load"];
const env = () => ({ KT_BROKERS: brokers, PATH: `${folder.path}:${process.env.PATH}` });

beforeAll(async () => {
  folder = await tempFolder();
  await symlink(binary, `${folder.path}/kt`);
  await makeClip(`${folder.path}/clip.mp4`, { seconds: 2 });
  await Bun.write(`${folder.path}/today.txt`, "one\ntwo\n");
  await kt(["topic", "delete", ...topics, "--yes"]);
  for (const topic of ["orders", "a", "b", "scores", "load"]) await ktOk(["topic", "create", topic, "--partitions", topic === "orders" ? "2" : "1"]);
  await ktOk(["produce", "a", "x", "y"]);
  await ktOk(["produce", "orders", "an error", "-H", "region=eu"]);
  await ktOk(["consume", "orders", "--group", "view", "--exit"]);
});
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await kt(["topic", "delete", ...topics, "--yes"]);
  await folder?.[Symbol.asyncDispose]();
});

/** Runs a line to its end, or until it has shown what it does and then Ctrl-C. */
async function runLine(line: string): Promise<string> {
  const proof = endless.find(([which]) => which.test(line))?.[1];
  if (!proof) {
    const { code, stdout, stderr } = await run(["bash", "-c", `set -o pipefail; ${line}`], { cwd: folder.path, env: env(), timeoutMs: 60_000 });
    expect({ line, code, stderr }).toMatchObject({ line, code: 0 });
    return stdout + stderr;
  }
  await using running = new Running(["bash", "-c", `exec 2>&1; exec ${line}`], { cwd: folder.path, env: env() });
  if (proof instanceof RegExp) await running.stdout.waitFor(proof, 30_000);
  else await eventually(proof, () => `${line} sends records; it said ${running.stdout.text}`, 30_000);
  expect({ line, code: await running.stop(20_000), said: running.stdout.text }).toMatchObject({ line, code: 0 });
  return running.stdout.text;
}

test("five minutes: every line does what its remark says", async () => {
  const lines = linesOf("kt topic create sample").filter((line) => !elsewhere.some((which) => which.test(line)));
  expect(lines.length).toBeGreaterThanOrEqual(8);
  const said = new Map<string, string>();
  for (const line of lines) said.set(line, await runLine(line.replace(/^kt serve$/, "kt serve --port 0").replace(/^kt serve /, "kt serve --port 0 ")));
  const of = (part: string) => said.get(lines.find((line) => line.includes(part)) as string) as string;
  expect(of('kt produce sample "hi"')).toContain("sample: partition 0, offset 0");
  expect(
    of("--from -2 --json")
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line).value),
  ).toEqual(["4", "5"]);
  expect(await Bun.file(`${folder.path}/out.mp4`).exists()).toBe(true);
});

test("the same streams are plain URLs", async () => {
  served = await serve();
  await ktOk(["emit-video", `${folder.path}/clip.mp4`, "--topic", "video", "--codec", "mjpeg"]);
  const lines = linesOf("curl -o now.jpg").filter((line) => line.startsWith("curl"));
  expect(lines).toHaveLength(2);
  const now = Date.now();
  const here = (line: string) =>
    line
      .replace("http://127.0.0.1:5000", served.url)
      .replace("2026-01-31T12:00:00Z", new Date(now - 600_000).toISOString())
      .replace("2026-01-31T12:05:00Z", new Date(now).toISOString())
      .replace(/^curl /, "curl -sS --fail ");
  for (const line of lines) await runLine(here(line));
  expect(Buffer.from(await Bun.file(`${folder.path}/now.jpg`).slice(0, 2).arrayBuffer()).toString("hex")).toBe("ffd8");
  expect([...new Bun.Glob("clip-*T*.mp4").scanSync(folder.path)]).toHaveLength(1);
});

test("every line of the second block runs, too", async () => {
  using site = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ games: [{ id: 1, home: 2 }] }) });
  const lines = linesOf("kt consume orders -f").map((line) => line.replace("https://site.example/today.json", `${site.url}`));
  expect(lines.length).toBeGreaterThanOrEqual(10);
  for (const line of lines) {
    // What waits for ten records has one here.
    const bounded = /-n 10$/.test(line) ? `${line.replace("-n 10", "-n 1")}` : line.replace("0=100,1=-5", "0=0,1=-5");
    await runLine(bounded);
  }
  const read = async (topic: string) =>
    (await ktOk(["consume", topic, "--exit", "--json"])).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  expect((await read("b")).map(({ value }) => value)).toEqual(["x", "y"]);
  expect((await read("scores")).map(({ key }) => key)).toEqual(["1"]);
  expect((await read("load"))[0].value).toContain("load average");
  expect((await read("orders")).filter(({ key }) => key === "k2").map(({ value }) => value)).toEqual([null]);
});
