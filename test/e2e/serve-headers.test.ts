/** What every answer of kt serve tells a browser, whatever was asked for. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { endpoints } from "../../src/http/routes.ts";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, ktOk, type Served, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

const wall = "https://wall.example";
const topic = uniqueName("headers");
let served: Served;

beforeAll(async () => {
  await using folder = await tempFolder();
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 4 }), "--topic", topic, "--name", "a", "--fast", "--codec", "h264"]);
  served = await serve(brokers, "--allow-origin", wall);
}, 60_000);
afterAll(() => served[Symbol.asyncDispose]());

/** The head of an answer, of which nothing more is read. */
async function headOf(url: string, init: RequestInit = {}): Promise<Response> {
  const gone = new AbortController();
  const answer = await fetch(url, { redirect: "manual", ...init, signal: gone.signal });
  gone.abort();
  return answer;
}

function checkHead({ headers, status }: Response, asked: string, frames = `'self' ${wall}`): void {
  const policy = headers.get("content-security-policy") ?? "";
  expect([asked, status, headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual([asked, status, "nosniff", "same-origin"]);
  expect([asked, policy]).toEqual([asked, expect.stringContaining(`frame-ancestors ${frames}`)]);
  // No script but the page's own files.
  expect([asked, /script-src 'self'|script-src 'none'|default-src 'none'/.test(policy)]).toEqual([asked, true]);
  expect([asked, /script-src[^;]*('unsafe|https?:|\*|data:|blob:)/.test(policy)]).toEqual([asked, false]);
}

test("every path answers with a policy, good or bad, and so does what is no path", async () => {
  const inPath: Record<string, string[]> = {
    topic: [topic, "no-such-topic"],
    partition: ["0", "x"],
    offset: ["0", "99999999"],
    part: ["init-0-0-0.mp4", "x"],
    group: ["nobody", "x"],
  };
  const addresses = Object.keys(endpoints).flatMap((path) =>
    [0, 1].map((which) => path.replaceAll(/:(\w+)/g, (_, name: string) => (inPath[name] as string[])[which] as string)),
  );
  const others = ["/", "/ws", "/no/such/path", "/%00", "/topics/%ff", "/topics//frame"];
  for (const address of [...addresses, ...others, ...addresses.map((address) => `${address}?limit=x&at=x&width=x&start=x&from=x&key=none`)])
    for (const init of [{}, { method: "HEAD" }, { method: "POST" }, { method: "OPTIONS" }, { headers: { Origin: "https://other.example" } }] as RequestInit[])
      checkHead(await headOf(served.url + address, init), `${init.method ?? "GET"} ${address}`);
});

test("so do refusals: of a name, of a token, of a form, of what is unchanged, of too many", async () => {
  checkHead(await headOf(`${served.url}/topics`, { headers: { Host: "attacker.example" } }), "another name");
  const { headers } = await headOf(served.url);
  checkHead(await headOf(served.url, { headers: { "If-None-Match": headers.get("etag") ?? "" } }), "not modified");
  await using guarded = await serve(brokers, "--token", "sesame", "--max-connections", "1");
  const visiting = { "Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0" };
  checkHead(await headOf(`${guarded.url}/topics`), "no token", "'self'");
  checkHead(await headOf(guarded.url, { headers: visiting }), "the token's page", "'self'");
  const form = { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
  checkHead(await headOf(guarded.url, { ...form, body: "token=wrong" }), "a wrong token", "'self'");
  checkHead(await headOf(guarded.url, { ...form, body: "token=sesame" }), "the right token", "'self'");
  checkHead(await headOf(`${guarded.url}/?token=sesame`), "the token in the address", "'self'");
});

test("what a browser shows by itself is shown: a picture, moving pictures", async () => {
  await using _camera = startKt(["emit-video", "testsrc", "--topic", `${topic}-live`, "--size", "160x120", "--codec", "mjpeg"]);
  await using visited = await visit("about:blank");
  const { page } = visited;
  for (const path of [`${topic}/frame`, `${topic}-live/stream.mjpeg`]) {
    await Bun.sleep(500);
    await page.goto(`${served.url}/topics/${path}`, { waitUntil: "commit" });
    await page.waitForFunction(() => (document.querySelector("img")?.naturalWidth ?? 0) > 0, null, { timeout: 20_000 });
  }
});
