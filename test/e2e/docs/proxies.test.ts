/** The proxies of docs/cookbook.md, as they stand there, in front of a kt serve with a token. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../support/broker.ts";
import { paints, visit } from "../support/browser.ts";
import { brokers, eventually, ktOk, makeTopic, root, type Served, served, startKt, type TempFolder, tempFolder } from "../support/kt.ts";
import { Running, run } from "../support/process.ts";
import { openSocket } from "../support/socket.ts";

setDefaultTimeout(120_000);

const token = "cookbook-secret";
const cookbook = await Bun.file(`${root}docs/cookbook.md`).text();
const block = (language: string) => cookbook.split(`\`\`\`${language}\n`)[1]?.split("```")[0] as string;

let folder: TempFolder;
let kt: Served;
let video: string;

beforeAll(async () => {
  folder = await tempFolder();
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const files = ["-keyout", `${folder.path}/privkey.pem`, "-out", `${folder.path}/fullchain.pem`];
  expect((await run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", ...files, ...names])).code).toBe(0);
  video = await makeTopic("proxied");
  // Its wall has no other test's streams: a tile below the page's end is not asked for.
  const topics = [video, "events*", "pictures*"].flatMap((pattern) => ["--topics", pattern]);
  kt = await served(startKt(["serve", "--port", "0", "--token", token, ...topics], { env: { KT_BROKERS: brokers } }));
});
afterAll(async () => {
  await kt?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** What stands in the document, with this test's ports and files in the place of the example's. */
async function nginx(): Promise<{ url: string; process: Running }> {
  const port = freePort();
  const site = block("nginx").replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`).replace("127.0.0.1:5000", new URL(kt.url).host);
  expect(site).toContain(`${port}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder.path}/${name};`).join(" ");
  const file = `${folder.path}/nginx.conf`;
  await Bun.write(file, `daemon off; pid ${folder.path}/nginx.pid; error_log stderr; events {}\nhttp { ${temporary}\n${site}}\n`);
  const process = new Running(["/usr/sbin/nginx", "-p", folder.path, "-e", "stderr", "-c", file]);
  return { url: `https://localhost:${port}`, process };
}

async function caddy(): Promise<{ url: string; process: Running }> {
  const port = freePort();
  const site = block("caddy")
    .replace("kt.example {", `https://localhost:${port} {\n\ttls ${folder.path}/fullchain.pem ${folder.path}/privkey.pem`)
    .replace("127.0.0.1:5000", new URL(kt.url).host);
  expect(site).toContain(`${port}`);
  const file = `${folder.path}/Caddyfile`;
  await Bun.write(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
  const env = { XDG_DATA_HOME: folder.path, XDG_CONFIG_HOME: folder.path };
  const process = new Running(["caddy", "run", "--config", file, "--adapter", "caddyfile"], { env });
  return { url: `https://localhost:${port}`, process };
}

const bearer = { Authorization: `Bearer ${token}` };
const trusting = { tls: { rejectUnauthorized: false } };

describe.each([
  ["nginx", nginx],
  ["Caddy", caddy],
])("behind %s", (_, start) => {
  let url: string;
  let proxy: Running;
  beforeAll(async () => {
    ({ url, process: proxy } = await start());
    await eventually(
      () =>
        fetch(`${url}/healthz`, trusting).then(
          ({ ok }) => ok,
          () => false,
        ),
      () => `the proxy answers; it said ${proxy.stderr.text}`,
    );
  });
  afterAll(() => proxy?.[Symbol.asyncDispose]());

  test("nobody gets in without the token, and a browser with a link that has it sees pictures", async () => {
    expect((await fetch(`${url}/topics`, trusting)).status).toBe(401);
    await using camera = startKt(["emit-video", "camera=testsrc", "--topic", video, "--size", "160x120", "--fps", "10"]);
    await using visited = await visit(`${url}/?token=${token}`, "--ignore-certificate-errors");
    let text = "";
    const isPainted = async () => {
      text = await visited.page.locator("body").innerText();
      return (await paints(visited.page)).filter(({ topic }) => topic === video).length > 5;
    };
    await eventually(isPainted, () => `the tile paints; the page has ${text}, the camera said ${camera.stderr.text}, the proxy ${proxy.stderr.text}`);
  });

  test("the page's socket opens for a page of that address, and for no other site's", async () => {
    const open = (origin: string) => openSocket(url, { ...bearer, Origin: origin }, false);
    await using socket = await open(url);
    expect((await socket.waitFor(() => true)).type).toBeString();
    await expect(open("https://other.example")).rejects.toThrow("refused");
  });

  test("a record is told of when it is written, though the answer goes on", async () => {
    const topic = await makeTopic("events");
    await ktOk(["produce", topic, "first"]);
    const stop = new AbortController();
    const answer = await fetch(`${url}/topics/${topic}/records?from=start`, {
      ...trusting,
      headers: { ...bearer, Accept: "text/event-stream" },
      signal: stop.signal,
    });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    for (const value of ["first", "second"]) {
      if (value === "second") await ktOk(["produce", topic, value]);
      while (!text.includes(`"${value}"`)) text += Buffer.from((await reader.read()).value ?? []).toString();
    }
    stop.abort();
  });

  test("pictures come as they are emitted", async () => {
    const topic = await makeTopic("pictures");
    await using _camera = startKt(["emit-video", "testsrc", "--topic", topic, "--size", "160x120", "--codec", "mjpeg", "--fps", "2"]);
    await eventually(async () => (await fetch(`${url}/topics/${topic}/frame`, { ...trusting, headers: bearer })).ok, "a first picture");
    const stop = new AbortController();
    const answer = await fetch(`${url}/topics/${topic}/stream.mjpeg`, { ...trusting, headers: bearer, signal: stop.signal });
    expect(answer.headers.get("content-type")).toStartWith("multipart/x-mixed-replace");
    let [bytes, came] = [Buffer.alloc(0), 0];
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      bytes = Buffer.concat([bytes, chunk]);
      came = bytes.toString("latin1").split("X-Timestamp").length - 1;
      if (came >= 4) break;
    }
    stop.abort();
    expect(came).toBeGreaterThanOrEqual(4);
  });
});
