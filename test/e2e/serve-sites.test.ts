/** kt serve: what the pages of other sites can make a browser do. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, ktOk, type Served, serve, tempFolder, uniqueName } from "./support/kt.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const topic = uniqueName("sites");
beforeAll(async () => {
  await using folder = await tempFolder();
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 20 }), "--topic", topic, "--name", "a", "--fast"]);
});

/** A group that kt may move, at the beginning of the topic. */
async function placedGroup(): Promise<string> {
  const group = uniqueName("view");
  await ktOk(["group", "seek", group, "start", "--topic", topic, "--yes"]);
  return group;
}

async function committed(group: string): Promise<number> {
  return JSON.parse((await ktOk(["group", "describe", group, "--json"])).stdout).partitions[0].committed;
}

type Headers = Record<string, string>;

const browser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0" };

/** What a browser sends along, by what asks. */
const from = (site: string, mode: string, dest: string, more: Headers = {}) => ({
  ...{ ...browser, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest },
  ...more,
});
const wall = "https://wall.example";
const image = (site: string, more?: Headers) => from(site, "no-cors", "image", more);
const link = from("cross-site", "navigate", "document", { "Upgrade-Insecure-Requests": "1" });
const ahead = { ...link, "Sec-Purpose": "prefetch" };
/** Over plain http, from a page that says where it is. */
const plainLink = { ...browser, Referer: `${wall}/`, "Upgrade-Insecure-Requests": "1" };
const frame = from("cross-site", "navigate", "iframe", { "Upgrade-Insecure-Requests": "1" });

async function status(url: string, headers: Headers): Promise<number> {
  const gone = new AbortController();
  const { status } = await fetch(url, { headers, signal: gone.signal });
  gone.abort();
  return status;
}

const costly = ["stream.mjpeg", "stream.mjpeg?from=start", "frame", "frame?width=64", "clip.mp4", "hls/index.m3u8", "records", "records/0/0"];

test("pages of other sites get nothing that is work, unless they are named; programs, kt's page and links do", async () => {
  await using served = await serve();
  await using named = await serve(brokers, "--allow-origin", wall);
  await using all = await serve(brokers, "--allow-origin", "*");
  const everywhere = costly.map((path) => `/topics/${topic}/${path}`);
  for (const path of everywhere) {
    const asked = async ({ url }: Served, headers: Headers) => [path, await status(url + path, headers)];
    const embedded = image("cross-site", { Referer: `${wall}/` });
    const foreign: Headers[] = [
      image("cross-site"),
      image("same-site"),
      embedded,
      frame,
      ahead,
      { Origin: wall },
      { Origin: "null" },
      { Referer: `${wall}/page` },
    ];
    for (const refused of foreign) expect(await asked(served, refused)).toEqual([path, 403]);
    const ours: Headers[] = [
      {},
      image("same-origin"),
      image("none"),
      link,
      plainLink,
      { "User-Agent": "Lavf/59" },
      { Origin: served.url },
      { Referer: `${served.url}/` },
    ];
    for (const own of ours) expect(await asked(served, own)).toEqual([path, 200]);
    // An image says whose it is by its Referer, and where it is to be read as well by its Origin.
    for (const known of [embedded, image("cross-site", { Origin: wall }), { Origin: wall }]) expect(await asked(named, known)).toEqual([path, 200]);
    for (const other of [image("cross-site"), image("cross-site", { Referer: "https://wall.example.evil/" }), { Origin: `${wall}:8443` }])
      expect(await asked(named, other)).toEqual([path, 403]);
    expect(await asked(all, image("cross-site"))).toEqual([path, 200]);
  }
  for (const light of ["/topics", `/topics/${topic}`, "/healthz", "/readyz", "/metrics", "/openapi.json"])
    expect([light, await status(served.url + light, image("cross-site"))]).toEqual([light, 200]);
  const refused = await fetch(`${served.url}/topics/${topic}/frame`, { headers: { Origin: wall } });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining(`--allow-origin ${wall}`)]);
});

test("to move a group a page has to be kt's own, or named, and a link moves none", async () => {
  await using served = await serve();
  await using named = await serve(brokers, "--allow-origin", wall, "--allow-origin", "*");
  const group = await placedGroup();
  for (const path of [`/topics/${topic}/stream.mjpeg?group=${group}&speed=100`, `/?group=${group}`]) {
    for (const headers of [image("cross-site"), image("same-site"), link, plainLink, frame, { Origin: wall }, { Referer: wall }, browser] as Headers[])
      expect([path, headers, await status(served.url + path, headers)]).toEqual([path, headers, 403]);
    // Whoever may read is not yet one who may move.
    expect(await status(named.url + path, image("cross-site", { Referer: "https://other.example/" }))).toBe(403);
  }
  await Bun.sleep(2500);
  expect(await committed(group)).toBe(0);
  const stream = `/topics/${topic}/stream.mjpeg?group=${group}&speed=100`;
  expect(await status(named.url + stream, image("cross-site", { Referer: `${wall}/` }))).toBe(200);
  expect(await status(served.url + stream, image("same-origin"))).toBe(200);
  expect(await status(`${served.url}/?group=${group}`, from("none", "navigate", "document"))).toBe(200);
  const { status: refused } = await fetch(served.url + stream, { headers: link });
  expect(refused).toBe(403);
});

test("the page is in nobody's frame but those of named sites", async () => {
  await using served = await serve(brokers, "--allow-origin", wall, "--allow-origin", "*");
  const { headers } = await fetch(served.url);
  expect(headers.get("content-security-policy")).toEndWith(`; frame-ancestors 'self' ${wall}`);
  await using closed = await serve();
  expect([await status(closed.url, link), await status(closed.url, frame)]).toEqual([200, 403]);
});

test("the socket is for kt's own page, programs and named sites; where all may read, the others move no group", async () => {
  const group = await placedGroup();
  const seen = { type: "seen", group, topic, key: "a", spot: { partition: 0, offset: 41, timestampMs: 0 } };
  {
    await using served = await serve();
    for (const refused of [wall, "null", "http://localhost:1", "http://127.0.0.1:1"])
      await expect(openSocket(served.url, { Origin: refused })).rejects.toThrow("refused");
    await using own = await openSocket(served.url, { Origin: served.url });
    await own.waitFor(({ type }) => type === "topics");
  }
  await using all = await serve(brokers, "--allow-origin", "*", "--allow-origin", wall);
  await using reader = await openSocket(all.url, { Origin: "https://other.example" });
  await reader.waitFor(({ type }) => type === "topics");
  reader.send(seen);
  expect(await reader.closed).toBe(1008);
  await Bun.sleep(2500);
  expect(await committed(group)).toBe(0);
  await using mover = await openSocket(all.url, { Origin: wall });
  mover.send(seen);
  await eventually(async () => (await committed(group)) === 42, "the named site's page moves it");
});

const blocked = "net::ERR_BLOCKED_BY_ORB image";

test("in a browser, pages elsewhere embed a stream with a group in vain, until their site is named", async () => {
  const group = await placedGroup();
  let kt = "";
  const body = () => `<img src="${kt}/topics/${topic}/stream.mjpeg?group=${group}&speed=100">
    <img referrerpolicy="no-referrer" src="${kt}/topics/${topic}/stream.mjpeg?group=${group}&speed=100&again">
    <iframe src="${kt}/?group=${group}#/${topic}/a"></iframe>
    <script>new WebSocket("${kt.replace("http", "ws")}/ws").onopen = () => { document.title = "connected" }</script>
    <a href="${kt}/?group=${group}#/${topic}/a">with a group</a> <a href="${kt}/#/${topic}/a">to the page</a> <a href="${kt}/topics/${topic}/frame">to a picture</a>`;
  using elsewhere = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(`<!doctype html>${body()}`, { headers: { "Content-Type": "text/html" } }),
  });
  {
    await using served = await serve();
    kt = served.url;
    // Another site's page, and that of another port of this machine, which is of the same site.
    for (const site of [`http://localhost:${elsewhere.port}`, `http://127.0.0.1:${elsewhere.port}`]) {
      await using visited = await visit("about:blank");
      const { page } = visited;
      const answers: string[] = [];
      page.on("response", (response) => response.url().startsWith(kt) && answers.push(`${response.status()} ${response.request().resourceType()}`));
      page.on("requestfailed", (request) => request.resourceType() === "image" && answers.push(`${request.failure()?.errorText} image`));
      await page.goto(site);
      await eventually(
        () => answers.length >= 3,
        () => `three answers, not ${answers}`,
      );
      // A refusal is no image, and so the browser does not even let the page's process have it (opaque response blocking).
      expect([site, answers.sort()]).toEqual([site, ["403 document", blocked, blocked]]);
      await page.getByText("with a group").click();
      await page.getByText("A page of another site asks to move a consumer group").waitFor();
      await Bun.sleep(2000);
      expect([site, await committed(group)]).toEqual([site, 0]);
      await page.goto(site);
      expect(await page.title()).toBe("");
      await page.getByText("to a picture").click({ noWaitAfter: true });
      await page.waitForURL(/\/frame$/, { waitUntil: "load" });
      expect(answers.at(-1)).toBe("200 document");
      await page.goto(site);
      await page.getByText("to the page").click({ noWaitAfter: true });
      await page.getByRole("slider", { name: "Time" }).waitFor();
    }
    expect(await committed(group)).toBe(0);
  }
  const site = `http://localhost:${elsewhere.port}`;
  await using named = await serve(brokers, "--allow-origin", site);
  kt = named.url;
  await using visited = await visit(site);
  await eventually(async () => (await visited.page.evaluate(() => document.querySelector("img")?.naturalWidth)) === 320, "the image shows the stream");
  await eventually(async () => (await committed(group)) > 20, "and the group moves");
  expect(await visited.page.title()).toBe("connected");
}, 120_000);

test("over plain http, where a browser does not say whose page asks, a page elsewhere moves no group either, and frames nothing", async () => {
  const group = await placedGroup();
  await using served = await serve(brokers, "--allow-host", "kt.example");
  const kt = `http://kt.example:${new URL(served.url).port}`;
  const stream = `${kt}/topics/${topic}/stream.mjpeg?group=${group}&speed=100`;
  const html = `<!doctype html><img src="${stream}"><img referrerpolicy="no-referrer" src="${stream}&hidden">
    <iframe referrerpolicy="no-referrer" src="${kt}/?group=${group}#/${topic}/a"></iframe>
    <script>new WebSocket("${kt.replace("http", "ws")}/ws").onopen = () => { document.title = "connected" }</script>`;
  using elsewhere = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(html, { headers: { "Content-Type": "text/html" } }) });
  await using visited = await visit("about:blank", "--host-resolver-rules=MAP *.example 127.0.0.1");
  const { page } = visited;
  const images: string[] = [];
  page.on("response", (response) => response.request().resourceType() === "image" && images.push(`${response.status()} image`));
  page.on("requestfailed", (request) => request.resourceType() === "image" && images.push(`${request.failure()?.errorText} image`));
  const unframed = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await page.goto(`http://wall.example:${elsewhere.port}/`, { waitUntil: "commit" });
  await unframed;
  await eventually(() => images.length === 2, "both images are answered");
  await Bun.sleep(2500);
  expect([images, await page.title(), await committed(group)]).toEqual([[blocked, blocked], "", 0]);
  // Somebody who types the address has the group moved, as ever.
  await page.goto(`${kt}/?group=${group}#/${topic}/a`, { waitUntil: "commit" });
  await eventually(async () => (await committed(group)) > 10, "kt's own page moves it");
}, 120_000);
