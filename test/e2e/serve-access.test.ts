/** kt serve: who may ask, from where, and by which methods. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { visit } from "./support/browser.ts";
import { brokers, kt, makeTopic, serve } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

const token = "not for everybody";
const status = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).status;

test("with a token, nothing but /healthz answers without it; each way of bringing it works", async () => {
  await using served = await serve(brokers, "--token", token);
  const { url } = served;
  for (const path of ["/", "/topics", "/metrics", "/ws", "/no/such/path"]) expect([path, await status(url + path)]).toEqual([path, 401]);
  expect(await status(`${url}/healthz`)).toBe(200);
  const refused = await fetch(`${url}/topics`, { headers: { Authorization: "Bearer wrong" } });
  expect([refused.status, refused.headers.get("www-authenticate"), await refused.text()]).toEqual([
    401,
    expect.stringContaining("Bearer"),
    expect.stringMatching(/^This kt asks for its token\. .+\n$/),
  ]);
  expect(await status(`${url}/topics`, { headers: { Authorization: `Bearer ${token}` } })).toBe(200);
  expect(await status(`${url}/topics?token=${encodeURIComponent(token)}`)).toBe(200);
  const { stdout } = await run(["curl", "-s", "-u", `kt:${token}`, `${url}/topics`]);
  expect(JSON.parse(stdout)).toBeArray();
});

test("a page that was opened with the token keeps it: its scripts, its socket and its pictures work, and the address is without it", async () => {
  await using served = await serve(brokers, "--token", token);
  const topic = await makeTopic("guarded");
  await kt(["produce", topic, "seen by who has the token"]);
  await using visited = await visit(`${served.url}/?token=${encodeURIComponent(token)}#/${topic}`);
  const { page } = visited;
  await page.getByText("seen by who has the token").first().waitFor();
  await page.waitForURL(`${served.url}/#/${topic}`, { waitUntil: "commit" });
  expect(await page.evaluate(async () => (await fetch("/topics")).status)).toBe(200);
});

test("a name that leads here by somebody else's DNS is refused, and so is another site's page", async () => {
  await using served = await serve();
  const { url } = served;
  const named = (host: string) => run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Host: ${host}`, `${url}/topics`]);
  for (const [host, expected] of [
    ["attacker.example", "421"],
    ["127.0.0.1:9", "200"],
    ["localhost", "200"],
  ] as const)
    expect([host, (await named(host)).stdout]).toEqual([host, expected]);
  const foreign = { headers: { Origin: "https://wall.example" } };
  expect((await fetch(`${url}/topics`, foreign)).headers.get("access-control-allow-origin")).toBeNull();
  expect(await status(`${url}/ws`, foreign)).toBe(403);
  await using open = await serve(brokers, "--allow-origin", "https://wall.example/");
  const allowed = await fetch(`${open.url}/topics`, foreign);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://wall.example");
  const preflight = await fetch(`${open.url}/topics`, {
    method: "OPTIONS",
    headers: { ...foreign.headers, "Access-Control-Request-Headers": "authorization" },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([204, expect.stringContaining("Authorization")]);
});

test("another site's page may send the token: the question whether it may needs none, and a refusal can be read", async () => {
  const origin = "https://wall.example";
  await using served = await serve(brokers, "--token", token, "--allow-origin", origin);
  const asked = await fetch(`${served.url}/topics`, { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Headers": "authorization" } });
  expect([asked.status, asked.headers.get("access-control-allow-headers")]).toEqual([204, expect.stringContaining("Authorization")]);
  const refused = await fetch(`${served.url}/topics`, { headers: { Origin: origin, Authorization: "Bearer wrong" } });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
});

test("an old address does not replace the token that a browser keeps", async () => {
  await using served = await serve(brokers, "--token", token);
  const open = (given: string) =>
    fetch(`${served.url}/?token=${encodeURIComponent(given)}`, { redirect: "manual", headers: { Cookie: `kt_token=${encodeURIComponent(token)}` } });
  expect((await open("old")).headers.get("set-cookie")).toBeNull();
  expect((await open(token)).headers.get("set-cookie")).toContain("kt_token=");
});

test("HEAD has the headers of GET, and what would change something is refused", async () => {
  await using served = await serve();
  const topic = await makeTopic("methods");
  const head = await fetch(`${served.url}/topics/${topic}/stream.mjpeg`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-type")]).toEqual([200, expect.stringContaining("multipart/x-mixed-replace")]);
  const post = await fetch(`${served.url}/topics`, { method: "POST" });
  expect([post.status, post.headers.get("allow"), await post.text()]).toEqual([405, "GET, HEAD, OPTIONS", expect.stringContaining("POST")]);
});
