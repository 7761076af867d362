/** kt serve: tokens in files, made at the start, those that only read, and those that are none. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, kt, ktOk, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const status = async (url: string, init: RequestInit = {}) => {
  const gone = new AbortController();
  const answer = await fetch(url, { ...init, signal: gone.signal });
  gone.abort();
  return answer.status;
};

async function secretFile(path: string, text: string): Promise<string> {
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

test("a token in a file is read again on SIGHUP; pages with the one before are sent away, and what is no token changes nothing", async () => {
  await using folder = await tempFolder();
  const file = await secretFile(`${folder.path}/token`, "the first\n");
  await using served = await serve(brokers, "--token-file", file);
  const { url, process } = served;
  expect([await status(`${url}/topics`, bearer("the first")), await status(`${url}/topics`)]).toEqual([200, 401]);
  const page = await openSocket(url, bearer("the first").headers);

  await secretFile(file, "the second");
  globalThis.process.kill(process.pid, "SIGHUP");
  expect(await page.closed).toBe(1008);
  expect([await status(`${url}/topics`, bearer("the first")), await status(`${url}/topics`, bearer("the second"))]).toEqual([401, 200]);

  for (const [text, why] of [
    ["\n", "is empty"],
    ["two\nlines\n", "several lines"],
    ["x".repeat(5000), "more than 4096 bytes"],
  ] as const) {
    await secretFile(file, text);
    globalThis.process.kill(process.pid, "SIGHUP");
    await process.stderr.waitFor(new RegExp(`stays as it was: --token-file: .*${why}`));
    expect(await status(`${url}/topics`, bearer("the second"))).toBe(200);
  }
  expect(process.stderr.text).not.toContain("the second");
  // SIGTERM and Ctrl-C still end it.
  expect(await process.stop()).toBe(0);
});

test("a file that others can read is warned of, and one that is empty, missing or beside a token is refused", async () => {
  await using folder = await tempFolder();
  const file = await secretFile(`${folder.path}/token`, "everybody's");
  await chmod(file, 0o644);
  {
    await using served = await serve(brokers, "--token-file", file);
    expect(served.process.stderr.text).toContain(`Warning: ${file} is secret and others may read it: chmod 600 ${file}\n`);
  }
  await secretFile(`${folder.path}/empty`, "");
  await secretFile(`${folder.path}/same`, "everybody's");
  const refused: [string[], string][] = [
    [["--token-file", `${folder.path}/empty`], "is empty"],
    [["--token-file", `${folder.path}/none`], "there is no such file"],
    [["--token-file", folder.path], "it is a folder"],
    [["--token-file", file, "--token", "a"], "there is one already"],
    [["--read-token-file", file, "--read-token", "a"], "there is one already"],
    [["--token-file", file, "--read-token-file", `${folder.path}/same`], "is the same as"],
    [["--token-file", file, "--no-auth"], "--no-auth"],
  ];
  for (const [options, why] of refused) {
    const { code, stderr } = await kt(["serve", "--port", "0", ...options]);
    expect([options, code, stderr]).toEqual([options, 2, expect.stringContaining(why)]);
    expect(stderr).not.toContain("everybody");
  }
});

test("kt makes a token itself, and tells it once, in a link that opens the page", async () => {
  await using process = startKt(["serve", "--port", "0", "--quiet", "--debug", "--token", "auto", "--read-token", "auto"]);
  const found = await process.stderr.waitFor(/Open (http:\/\/127\.0\.0\.1:\d+\/\?token=([\w-]{32}))\nTo read only, open (\S+)\n/);
  const [, link = "", token = "", reading = ""] = found ?? [];
  const url = new URL(link).origin;
  await using visited = await visit(link);
  await visited.page.locator("header.top").waitFor();
  await visited.page.waitForURL(`${url}/`, { waitUntil: "commit" });
  expect(await status(`${url}/topics${new URL(reading).search}`)).toBe(200);
  expect([await status(`${url}/topics`), await status(`${url}/topics`, bearer("auto"))]).toEqual([401, 401]);
  expect(process.stderr.text.split(token).length - 1).toBe(1);
});

test("the link of who listens on every address leads there from other machines, and names the name that was given", async () => {
  const linkOf = async (...options: string[]) => {
    await using process = startKt(["serve", "--host", "0.0.0.0", "--port", "0", "--token", "auto", ...options]);
    return new URL((await process.stderr.waitFor(/Open (\S+)\n/))?.[1] ?? "");
  };
  const own = Object.values(networkInterfaces()).flatMap((its) => its?.map(({ address }) => address) ?? []);
  expect(own).toContain((await linkOf()).hostname);
  expect((await linkOf("--allow-host", "kt.example")).hostname).toBe("kt.example");
});

test("a token that only reads opens everything but what moves a group", async () => {
  await using folder = await tempFolder();
  const topic = uniqueName("reading");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 4 }), "--topic", topic, "--name", "a", "--fast"]);
  const group = uniqueName("view");
  await ktOk(["group", "seek", group, "start", "--topic", topic, "--yes"]);
  const committed = async () => JSON.parse((await ktOk(["group", "describe", group, "--json"])).stdout).partitions[0].committed as number;
  await using served = await serve(brokers, "--token", "all of it", "--read-token", "only look");
  const { url } = served;
  const stream = `/topics/${topic}/stream.mjpeg?group=${group}&speed=100`;
  for (const path of ["/", "/topics", `/topics/${topic}/frame`, `/topics/${topic}/records`, `/topics/${topic}/stream.mjpeg`, "/metrics"])
    expect([path, await status(url + path, bearer("only look"))]).toEqual([path, 200]);
  for (const path of [stream, `/?group=${group}`]) {
    const refused = await fetch(url + path, bearer("only look"));
    expect([path, refused.status, await refused.text()]).toEqual([path, 403, expect.stringMatching(/^Your token only reads, .+\n$/)]);
  }
  const seen = { type: "seen", group, topic, key: "a", spot: { partition: 0, offset: 5, timestampMs: 0 } };
  {
    await using page = await openSocket(url, bearer("only look").headers);
    page.send({ type: "place", request: 1, group, topic, key: "a" });
    expect(await page.waitFor(({ type }) => type === "failed" || type === "place")).toMatchObject({ type: "failed", request: 1 });
    page.send(seen);
    expect(await page.closed).toBe(1008);
  }
  await Bun.sleep(2500);
  expect(await committed()).toBe(0);
  await using page = await openSocket(url, bearer("all of it").headers);
  page.send(seen);
  await eventually(async () => (await committed()) === 6, "the group is moved by who may move it");
});

test("wrong tokens are answered slowly and counted, and nothing of them is told; right ones are not slowed", async () => {
  const token = "the right one";
  await using served = await serve(brokers, "--token", token);
  const { url, process } = served;
  // Those who try do not wait in this process's own queue: a browser's and Bun's fetch have few connections.
  const tried = `while :; do curl -s -o /dev/null -w '%{http_code}\\n' -H 'Authorization: Bearer guessed-$RANDOM' ${url}/topics; done`;
  const trying = run(["timeout", "4", "bash", "-c", `for i in $(seq 12); do (${tried}) & done; wait`]);
  let slowestMs = 0;
  let asked = 0;
  for (const endMs = performance.now() + 3500; performance.now() < endMs; asked++) {
    const begunMs = performance.now();
    expect(await status(`${url}/topics`, bearer(token))).toBe(200);
    slowestMs = Math.max(slowestMs, performance.now() - begunMs);
    await Bun.sleep(20);
  }
  const answers = (await trying).stdout.split("\n").filter(Boolean);
  expect(new Set(answers)).toEqual(new Set(["401"]));
  // Ten a second, of what were thousands.
  expect(answers.length).toBeLessThan(60);
  expect(asked).toBeGreaterThan(20);
  const metrics = await (await fetch(`${url}/metrics`, bearer(token))).text();
  const [, counted] = /^kt_wrong_tokens_total (\d+)$/m.exec(metrics) ?? [];
  expect(Number(counted)).toBeGreaterThanOrEqual(answers.length);
  expect(process.stderr.text).toContain("Warning: 10 wrong tokens came within a minute, the last from 127.0.0.1.\n");
  expect(process.stderr.text).not.toContain("guessed");
  expect(metrics).not.toContain("guessed");
  // A wrong one delays the right one no more than any other request does.
  expect(slowestMs).toBeLessThan(2000);
});

test("SIGHUP ends a kt that has no files to read again", async () => {
  await using served = await serve();
  process.kill(served.process.pid, "SIGHUP");
  expect(await served.process.ended()).toBe(0);
});

test("kt health brings the token out of its file", async () => {
  await using folder = await tempFolder();
  const file = await secretFile(`${folder.path}/token`, "sesame\n");
  await using served = await serve(brokers, "--token-file", file);
  const port = new URL(served.url).port;
  expect((await kt(["health", "--port", port, "--ready"])).code).toBe(1);
  expect((await kt(["health", "--port", port, "--ready", "--token-file", file])).code).toBe(0);
});
