/** kt produce --url and --exec: a site and a command as live data, also while they fail. */
import { afterAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { eventually, kt, ktOk, makeTopic, recordsOf, startKt, tempFolder } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

let answer: (request: Request) => Response | Promise<Response>;
let requests: Request[] = [];
const site = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request) {
    requests.push(request);
    return answer(request);
  },
});
const url = `http://127.0.0.1:${site.port}/scores?token=secret-5`;
beforeEach(() => {
  requests = [];
});
afterAll(() => site.stop(true));

const game = (id: number, score: string) => ({ id, home: "Ajax", score });
const keyed = async (topic: string) => (await recordsOf(topic)).map(({ key, value }) => [key, value]);

test("a scoreboard in one line: each game is a record under its id, and only what changed is sent again", async () => {
  const topic = await makeTopic("scores");
  const boards = [
    [game(1, "0:0"), game(2, "1:0")],
    [game(1, "0:0"), game(2, "1:0")],
    [game(1, "0:1"), game(2, "1:0")],
  ];
  answer = () => Response.json({ day: "today", games: boards[Math.min(requests.length, boards.length) - 1] });
  await ktOk(["produce", topic, "--every", "50ms", "--url", url, "--split", "/games", "--key-from", "/id", "--on-change", "-n", "3"]);
  expect(await keyed(topic)).toEqual([
    ["1", JSON.stringify(game(1, "0:0"))],
    ["2", JSON.stringify(game(2, "1:0"))],
    ["1", JSON.stringify(game(1, "0:1"))],
  ]);
});

test("without --split the answer is the record, byte for byte; with its ETag it is not asked for twice", async () => {
  const topic = await makeTopic("etag");
  const body = '{ "a":  1.50 }\n';
  answer = (request) =>
    request.headers.get("if-none-match") === '"v1"' ? new Response(null, { status: 304 }) : new Response(body, { headers: { etag: '"v1"' } });
  await ktOk(["produce", topic, "--every", "50ms", "--url", url, "-k", "board", "-H", "from=site", "--request-header", "accept=text/x", "-n", "3"]);
  expect(await keyed(topic)).toEqual([1, 2, 3].map(() => ["board", body]));
  expect(requests.map((request) => request.headers.get("if-none-match"))).toEqual([null, '"v1"', '"v1"']);
  expect(requests[0]?.headers.get("accept")).toBe("text/x");
});

test("a site that fails for a while is noted once, and once when it is back; records go on", async () => {
  const topic = await makeTopic("away");
  answer = () => (requests.length >= 2 && requests.length <= 5 ? new Response("no", { status: 503 }) : new Response(`answer ${requests.length}`));
  await using producing = startKt(["produce", topic, "--every", "50ms", "--url", url, "--attempts", "1"]);
  await producing.stderr.waitFor(/is back, after 4 failed turns/);
  await eventually(async () => (await recordsOf(topic)).length >= 3, "records after the failure");
  expect(await producing.stop()).toBe(0);
  const stderr = producing.stderr.text;
  expect(stderr.match(/HTTP 503/g)).toHaveLength(1);
  expect(stderr).not.toContain("secret-5");
  expect((await recordsOf(topic)).slice(0, 2).map(({ value }) => value)).toEqual(["answer 1", "answer 6"]);
});

test("one turn is tried again with growing pauses; without --every its failure is kt's", async () => {
  const topic = await makeTopic("retried");
  answer = () => (requests.length < 3 ? new Response("no", { status: 500 }) : new Response("third"));
  await ktOk(["produce", topic, "--url", url]);
  expect(await keyed(topic)).toEqual([[null, "third"]]);

  for (const [response, options, sentence] of [
    [() => new Response("no", { status: 404 }), [], /HTTP 404/],
    [() => new Response("x".repeat(2000)), ["--max-body", "1kB"], /more than 1000 bytes/],
    [() => new Promise<Response>(() => {}), ["--timeout", "200ms", "--attempts", "1"], /within 0.2 s/],
    [() => new Response("<html>"), ["--key-from", "/id"], /is no JSON/],
    [() => Response.json({ games: {} }), ["--split", "/games"], /no array at '\/games'/],
  ] as const) {
    answer = response;
    const { code, stdout, stderr } = await kt(["produce", topic, "--url", url, ...options]);
    expect(stderr).toMatch(sentence);
    expectOneSentence(stderr);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).not.toContain("secret-5");
  }
  expect(await keyed(topic)).toHaveLength(1);
});

test("a command's output is a record, or each line is one, also as JSON with its key", async () => {
  const topic = await makeTopic("command");
  await ktOk(["produce", topic, "--exec", "printf 'a\\nb\\n'"]);
  await ktOk(["produce", topic, "--exec", "printf 'a\\nb'", "--lines"]);
  await ktOk(["produce", topic, "--exec", `printf '{"n":1,"v":2}\\n{"v":3}\\n'`, "--lines", "--key-from", "/n"]);
  expect(await keyed(topic)).toEqual([
    [null, "a\nb\n"],
    [null, "a"],
    [null, "b"],
    ["1", '{"n":1,"v":2}'],
    [null, '{"v":3}'],
  ]);
});

test("a command that fails or hangs sends nothing of that turn, leaves nothing running, and the next is tried", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("failing");
  const command = `cd ${folder.path}; echo x >> turns; n=$(wc -l < turns); [ $n = 1 ] && { echo half; exit 3; }; [ $n = 2 ] && { sleep 77 & echo $! > pid; wait; }; echo $n`;
  const { stderr } = await ktOk(["produce", topic, "--every", "100ms", "--timeout", "500ms", "--exec", command, "-n", "1"]);
  expect(stderr).toContain("ended with code 3");
  expect(await keyed(topic)).toEqual([[null, "3\n"]]);
  const pid = (await Bun.file(`${folder.path}/pid`).text()).trim();
  await eventually(
    async () =>
      !(
        await Bun.file(`/proc/${pid}/cmdline`)
          .text()
          .catch(() => "")
      ).includes("sleep"),
    "the command's own children end",
  );
});

test.each([
  [["--every", "1s"], "--every"],
  [["--url", "ftp://a"], "http://"],
  [["--url", "http://a", "--exec", "b"], "do not go together"],
  [["--url", "http://a", "value"], "no values"],
  [["--exec", "a", "--split", "games"], "JSON pointer"],
  [["--exec", "a", "--every", "1ms"], "10ms or more"],
  [["--exec", "a", "--lines", "-D", ";"], "--delimiter is about stdin"],
] as const)("%j is refused as usage", async (options, sentence) => {
  const { code, stderr } = await kt(["produce", "t", ...options]);
  expect(stderr).toContain(sentence);
  expectOneSentence(stderr);
  expect(code).toBe(2);
});
