/** kt serve: requests that no browser writes, and topics that are nobody's business. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { kt, ktOk, makeTopic, type Served, serve, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { raw, statusOf } from "./support/raw.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const token = "secret";
let open: Served;
let guarded: Served;
beforeAll(async () => {
  [open, guarded] = await Promise.all([serve(), serve(undefined, "--token", token)]);
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await guarded?.[Symbol.asyncDispose]();
});

test("HTTP/1.0 without a Host is answered on every path, with the token and without", async () => {
  const topic = await makeTopic("old");
  await ktOk(["produce", topic, "hi"]);
  for (const [path, status] of [
    ["/", 200],
    ["/topics", 200],
    [`/topics/${topic}/records?from=start`, 200],
    [`/topics/${topic}/records/0/0`, 200],
    [`/topics/${topic}/frame`, 404],
    ["/healthz", 200],
    ["/readyz", 200],
    ["/metrics", 200],
    ["/openapi.json", 200],
    ["/ws", 426],
    ["/no/such/path", 404],
  ] as const) {
    expect([path, statusOf(await raw(open.url, `GET ${path} HTTP/1.0\r\n\r\n`))]).toEqual([path, status]);
    const separator = path.includes("?") ? "&" : "?";
    const withToken = statusOf(await raw(guarded.url, `GET ${path}${separator}token=${token} HTTP/1.0\r\n\r\n`));
    expect([path, withToken]).toEqual([path, path === "/" ? 303 : status]);
    if (path !== "/healthz") expect([path, statusOf(await raw(guarded.url, `GET ${path} HTTP/1.0\r\n\r\n`))]).toEqual([path, 401]);
  }
});

const hosts = ["", " ", "a b", "[", "[::1", "h:99999", "a%zz", "a".repeat(9000), "127.0.0.1, evil", "evil/?x=", "127.0.0.1:x", "me@127.0.0.1", "\xff", "%00"];
const targets = [
  ..."// //topics //evil.example/topics /topics//x /topics/% /topics/%zz /topics/%00 /topics/%ff/frame /topics/%/records /topics/x\\y".split(" "),
  ..."/topics/x/records/%ff/% /topics/x/hls/%ff /topics/%2e%2e/metrics /topics/../metrics /topics?% /topics?token=%ff /topics/x/frame?at=%00".split(" "),
  ..."/topics/x/records?from=99999999999999999999 /topics/x/stream.mjpeg?group=%ff%00 * x ? /\xff http://evil.example/topics http://[/topics".split(" "),
  `/topics/${"a".repeat(5000)}`,
  `/${"a".repeat(40_000)}`,
];
const headers = [
  ..."Cookie: kt_token=%|Cookie: kt_token=%ff; a|Cookie: \xff=;;;=|Authorization: Basic %%%|Authorization: Basic \xff|Authorization: Bearer".split("|"),
  ..."Origin: x|Origin: null|Origin: http://[|Referer: \xff|Referer: //|Sec-Fetch-Site: \xff|If-None-Match: \xff|Range: bytes=9-1|Host: again".split("|"),
];

test("odd requests are refused with a sentence, never with a 500, and nothing is in the log", async () => {
  const requests = (host: string) => [
    ...hosts.flatMap((odd) => ["/topics", `/?token=${token}`, `/ws?token=${token}`].map((path) => `GET ${path} HTTP/1.1\r\nHost: ${odd}\r\n\r\n`)),
    ...targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`),
    ...headers.flatMap((header) => [`/?token=${token}`, "/topics/x/records"].map((path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${header}\r\n\r\n`)),
    `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    "GET /topics HTTP/1.1\r\n\r\n",
    "GET /ws HTTP/1.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  ];
  for (const served of [open, guarded])
    for (const request of requests(new URL(served.url).host)) {
      const status = statusOf(await raw(served.url, request));
      expect([request.slice(0, 200), status === undefined || status < 500]).toEqual([request.slice(0, 200), true]);
    }
  for (const { url, process } of [open, guarded]) {
    expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
    // What it said at its start, and nothing since.
    expect(process.stderr.lines).toEqual([expect.stringContaining("kt serves")]);
  }
});

test("Kafka's own topics are unknown to every path and to the socket", async () => {
  const topic = "__consumer_offsets";
  await ktOk(["consume", await makeTopic("any"), "--group", uniqueName("any"), "--exit"]);
  expect(JSON.parse((await kt(["topic", "list", topic, "--internal", "--json"])).stdout)).toEqual([expect.objectContaining({ name: topic })]);
  const paths = ["", "/records", "/records?from=start", "/records/0/0", "/frame", "/frame?at=0", "/clip.mp4", "/stream.mjpeg", "/stream.mjpeg?from=start"];
  for (const path of [...paths, "/stream.mjpeg?group=view", "/hls/index.m3u8", "/hls/init-0-0-0.mp4", "/hls/segment-0-0-1-0.m4s"]) {
    const answer = await fetch(`${open.url}/topics/${topic}${path}`);
    expect([path, answer.status, await answer.text()]).toEqual([path, 404, expect.stringContaining(`There is no topic '${topic}'`)]);
  }
  const { code, stdout } = await run(["curl", "-s", "-H", "Accept: text/event-stream", "-w", "%{http_code}", `${open.url}/topics/${topic}/records`]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/404$/)]);

  const group = uniqueName("mover");
  await using page = await openSocket(open.url);
  const at = { partition: 0, offset: 0, timestampMs: 0 };
  page.send(
    { type: "tail", panel: 1, topic, filter: null },
    { type: "table", panel: 2, topic, by: null },
    { type: "chart", panel: 3, topic, sinceMs: null, by: null },
    { type: "watch", tile: 4, topic, key: "", h264: true },
    { type: "seen", group, topic, key: "", spot: at },
    { type: "piece", request: 5, topic, key: "", h264: true, at: { after: at }, spacingMs: 0 },
    { type: "extent", request: 6, topic, key: "" },
    { type: "place", request: 7, group, topic, key: "" },
  );
  // Two seconds are enough for a panel, and for a place to be written.
  await Bun.sleep(2500);
  for (const request of [5, 6, 7])
    expect(page.told.find((one) => one.request === request)).toMatchObject({
      type: "failed",
      message: expect.stringContaining(`There is no topic '${topic}'`),
    });
  expect(page.told.filter(({ type }) => !["failed", "topics", "broker"].includes(String(type)))).toEqual([]);
  expect(JSON.stringify(page.told.filter(({ type }) => type === "topics"))).not.toContain(topic);
  expect((await kt(["group", "describe", group])).stderr).toContain("There is no consumer group");
});
