/** kt serve: how much of everything there may be, and that those who only hold on stop nobody else. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type Socket as Connection, connect } from "node:net";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, kt, ktOk, metric, serve, tempFolder, uniqueName } from "./support/kt.ts";
import { openSocket, slowSocket } from "./support/socket.ts";

setDefaultTimeout(180_000);

const topic = uniqueName("limits");
beforeAll(async () => {
  await using folder = await tempFolder();
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 4 }), "--topic", topic, "--name", "a", "--codec", "mjpeg", "--fast"]);
}, 60_000);

const stream = (url: string, signal: AbortSignal) => fetch(`${url}/topics/${topic}/stream.mjpeg`, { signal });

test("beyond --max-connections the next is told so, /healthz answers, and a place that is left is taken", async () => {
  await using served = await serve(brokers, "--max-connections", "5");
  const { url } = served;
  const viewers: AbortController[] = [];
  const arrive = async () => {
    const gone = new AbortController();
    const { status } = await stream(url, gone.signal);
    if (status === 200) viewers.push(gone);
    return status;
  };
  for (let i = 0; i < 4; i++) expect(await arrive()).toBe(200);
  await using page = await openSocket(url);
  const refused = await fetch(`${url}/topics`);
  expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
    503,
    "5",
    "Too many are connected: this kt serves 5 at the same time (--max-connections). Ask again in a moment.\n",
  ]);
  await served.process.stderr.waitFor(/^Warning: this kt serves 5 at the same time \(--max-connections\): who comes beyond that is sent away\.$/m);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  viewers.pop()?.abort();
  await eventually(async () => (await arrive()) === 200, "somebody has left");
  for (const viewer of viewers) viewer.abort();
  expect(page.told.length).toBeGreaterThan(0);
});

test("a page has --max-tiles tiles and --max-groups groups", async () => {
  await using served = await serve(brokers, "--max-tiles", "3", "--max-groups", "2");
  await using page = await openSocket(served.url);
  for (const tile of [1, 2, 3, 4]) page.send({ type: "watch", tile, topic, key: "a", h264: true });
  expect(await page.waitFor(({ type }) => type === "trouble")).toMatchObject({ of: 4, message: "A page shows 3 of these at once, and no more." });
  page.send({ type: "unwatch", tile: 1 }, { type: "watch", tile: 5, topic, key: "a", h264: true });
  await Bun.sleep(500);
  expect(page.told.filter(({ type }) => type === "trouble").length).toBe(1);
  const seen = (group: string) => ({ type: "seen", group: uniqueName(group), topic, key: "a", spot: { partition: 0, offset: 0, timestampMs: 0 } });
  page.send(seen("a"), seen("b"));
  await Bun.sleep(300);
  page.send(seen("c"));
  expect(await page.closed).toBe(1007);
});

test("no more than --max-buffer waits for a page that does not read", async () => {
  await using folder = await tempFolder();
  const large = uniqueName("large");
  const clip = await makeClip(`${folder.path}/large.mp4`, { seconds: 4, size: "1280x720" });
  await ktOk(["emit-video", clip, "--topic", large, "--name", "a", "--codec", "png", "--fast"]);
  const spots = Array.from({ length: 60 }, (_, request) => ({ request, at: { after: { partition: 0, offset: request, timestampMs: 0 } } }));
  const pieces = spots.map((spot) => ({ type: "piece", topic: large, key: "a", h264: true, spacingMs: 0, ...spot }));
  /** What the server has sent by the time that `isSent` holds, in bytes: most of it waits, as the page reads nothing. */
  const sentAt = async (most: string, isSent: (bytes: number, unchangedMs: number) => boolean) => {
    await using served = await serve(brokers, "--max-buffer", most);
    let [bytes, changedAt] = [0, performance.now()];
    const look = async () => {
      const now = await metric(served.url, 'kt_sent_bytes_total{kind="page"}');
      if (now !== bytes) [bytes, changedAt] = [now, performance.now()];
      return isSent(bytes, performance.now() - changedAt);
    };
    const whenSent = () => eventually(look, () => `${bytes} bytes were sent with --max-buffer ${most}`);
    await slowSocket(served.url, pieces, whenSent, () => true);
    return bytes;
  };
  const little = await sentAt("64kB", (bytes, unchangedMs) => bytes > 0 && unchangedMs > 3000);
  expect(await sentAt("900MB", (bytes) => bytes > little + 20e6)).toBeGreaterThan(little);
});

/** Connections that say something, a byte at a time. */
class Slow implements AsyncDisposable {
  readonly connections: Connection[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(url: string, count: number, head: string, rest: string) {
    const { hostname, port } = new URL(url);
    for (let i = 0; i < count; i++) {
      const connection = connect(Number(port), hostname, () => connection.write(head));
      connection.on("error", () => {});
      connection.resume();
      this.connections.push(connection);
    }
    let at = 0;
    this.#timer = setInterval(() => {
      for (const connection of this.connections) if (connection.writable) connection.write(rest[at % rest.length] as string);
      at++;
    }, 1000);
  }

  get open(): number {
    return this.connections.filter(({ closed, destroyed }) => !closed && !destroyed).length;
  }

  async [Symbol.asyncDispose]() {
    clearInterval(this.#timer);
    for (const connection of this.connections) connection.destroy();
  }
}

const form = "Content-Type: application/x-www-form-urlencoded";

test.each([
  ["heads", "", "GET /topics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
  ["bodies for the token's form", `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n${form}\r\nContent-Length: 9000\r\n\r\n`, "token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
  ["bodies that nobody wants", `GET /topics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\n`, "a"],
])("a thousand connections that send %s a byte a second stop nobody, take nobody's place, and end", async (_, head, rest) => {
  const token = "sesame";
  await using served = await serve(brokers, "--token", token, "--max-connections", "20");
  await using slow = new Slow(served.url, 1000, head, rest);
  const bearer = { headers: { Authorization: `Bearer ${token}` } };
  for (let i = 0; i < 30; i++) {
    const answer = await fetch(`${served.url}/topics/${topic}/records?limit=1`, { ...bearer, signal: AbortSignal.timeout(10_000) });
    expect([i, answer.status]).toEqual([i, 200]);
    await answer.text();
    await Bun.sleep(50);
  }
  await eventually(
    () => slow.open === 0,
    () => `${slow.open} are open still`,
    40_000,
  );
});

test("limits that are none are said", async () => {
  for (const [option, value] of [
    ["--max-connections", "0"],
    ["--max-tiles", "-1"],
    ["--max-groups", "many"],
    ["--max-buffer", "1kB"],
    ["--max-buffer", "much"],
  ] as const) {
    const { code, stderr } = await kt(["serve", "--port", "0", option, value]);
    expect([option, value, code, stderr]).toEqual([option, value, 2, expect.stringContaining(option)]);
  }
});
