/** kt serve over https: its certificate, which is read again while people look, and what a browser then has. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:tls";
import { visit } from "./support/browser.ts";
import { brokers, eventually, kt, serve, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
const file = (name: string) => `${folder.path}/${name}`;

async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await run(["openssl", ...args]);
  if (code !== 0) throw new Error(stderr);
}

beforeAll(async () => {
  folder = await tempFolder();
  for (const name of ["one", "two"]) {
    const subject = ["-subj", `/CN=${name}.example`, "-addext", "subjectAltName=DNS:kt.example"];
    await openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", file(`${name}.key`), "-out", file(`${name}.pem`), "-days", "9", ...subject);
  }
  await openssl("req", "-new", "-key", file("one.key"), "-out", file("old.csr"), "-subj", "/CN=old.example");
  await openssl("x509", "-req", "-in", file("old.csr"), "-signkey", file("one.key"), "-days", "-1", "-out", file("old.pem"));
  await openssl("pkey", "-in", file("one.key"), "-aes128", "-passout", "pass:secret", "-out", file("locked.key"));
  await writeFile(file("empty.pem"), "");
  await openssl("req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", file("weak.key"), "-out", file("weak.pem"), "-days", "9", "-subj", "/CN=weak");
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  await writeFile(file("chain.pem"), `${await Bun.file(file("one.pem")).text()}${broken}`);
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** Whose certificate a new connection is shown. */
function subjectAt(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("one clear sentence for a certificate or a key that will not do", async () => {
  const refused: [cert: string | undefined, key: string | undefined, why: RegExp][] = [
    ["one.pem", undefined, /--tls-cert needs the certificate's private key/],
    [undefined, "one.key", /--tls-key needs the certificate/],
    ["none.pem", "one.key", /none\.pem cannot be read: there is no such file/],
    ["one.pem", "none.key", /none\.key cannot be read: there is no such file/],
    [".", "one.key", /cannot be read: it is a folder/],
    ["empty.pem", "one.key", /empty\.pem has no certificate in it/],
    ["one.key", "one.key", /one\.key has no certificate in it/],
    ["one.pem", "one.pem", /one\.pem has no private key in it/],
    ["one.pem", "locked.key", /encrypted with a passphrase/],
    ["one.pem", "two.key", /The key in \S+two\.key is not that of the certificate in \S+one\.pem/],
    ["weak.pem", "weak.key", /The key in \S+weak\.key has 1024 bits/],
    ["chain.pem", "one.key", /The certificate cannot be used: .*what stands behind the first/],
    ["old.pem", "one.key", /The certificate in \S+old\.pem expired at \d{4}-/],
  ];
  for (const [cert, key, why] of refused) {
    const options = [...(cert ? ["--tls-cert", file(cert)] : []), ...(key ? ["--tls-key", file(key)] : [])];
    const { code, stderr } = await kt(["serve", "--port", "0", ...options]);
    const told = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Warning: "));
    expect([options, code, told]).toEqual([options, 2, [expect.stringMatching(why)]]);
    expect(stderr).not.toContain("PRIVATE KEY-----\n");
  }
  await chmod(file("two.key"), 0o644);
  await using served = await serve(brokers, "--tls-cert", file("two.pem"), "--tls-key", file("two.key"));
  expect(served.process.stderr.text).toContain(`${file("two.key")} is secret and others may read it`);
});

test("another certificate is taken on SIGHUP, while those who look go on looking", async () => {
  const [cert, key] = [file("live.pem"), file("live.key")];
  const take = async (name: string) => {
    await copyFile(file(`${name}.pem`), cert);
    await copyFile(file(`${name}.key`), key);
  };
  await take("one");
  await using served = await serve(brokers, "--tls-cert", cert, "--tls-key", key);
  const { url, process } = served;
  expect(url).toStartWith("https://");
  const topic = uniqueName("tls");
  await using _camera = startKt(["emit-video", "testsrc", "--topic", topic, "--size", "160x120", "--codec", "mjpeg"]);
  const tls = { tls: { rejectUnauthorized: false } };
  await eventually(async () => (await fetch(`${url}/topics/${topic}/frame`, tls)).ok, "the camera is there");

  const gone = new AbortController();
  const stream = await fetch(`${url}/topics/${topic}/stream.mjpeg`, { ...tls, signal: gone.signal });
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const socket = new WebSocket(`${url.replace("https", "wss")}/ws`, tls as unknown as string[]);
  let frames = 0;
  let closed = false;
  socket.binaryType = "arraybuffer";
  socket.onclose = () => (closed = true);
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") return;
    frames++;
    socket.send(JSON.stringify({ type: "painted", tile: 1 }));
  };
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.send(JSON.stringify({ type: "watch", tile: 1, topic, key: "testsrc", h264: true }));
  await eventually(() => frames > 5, "the page has pictures");
  expect(await subjectAt(url)).toBe("one.example");

  for (const name of ["two", "one", "two"]) {
    await take(name);
    globalThis.process.kill(process.pid, "SIGHUP");
    await eventually(async () => (await subjectAt(url).catch(() => "")) === `${name}.example`, `the certificate is that of ${name}`);
    const before = frames;
    await eventually(() => frames > before + 20, "the page has pictures still");
    for (let pieces = 0; pieces < 20; pieces++) expect((await reader.read()).done).toBe(false);
  }
  expect(closed).toBe(false);

  await copyFile(file("one.key"), key);
  globalThis.process.kill(process.pid, "SIGHUP");
  await process.stderr.waitFor(/stays as it was: The key in \S+ is not that of the certificate/);
  await rm(cert);
  globalThis.process.kill(process.pid, "SIGHUP");
  await process.stderr.waitFor(/stays as it was: --tls-cert: \S+ cannot be read: there is no such file/);
  await copyFile(file("chain.pem"), cert);
  globalThis.process.kill(process.pid, "SIGHUP");
  await process.stderr.waitFor(/stays as it was: The certificate cannot be used/);
  expect(await subjectAt(url)).toBe("two.example");
  expect((await fetch(`${url}/topics`, tls)).status).toBe(200);

  const port = new URL(url).port;
  expect((await kt(["health", "--port", port, "--ready", "--tls"])).code).toBe(0);
  expect((await kt(["health", "--port", port])).code).toBe(1);
  // Those that had the certificates before end as well.
  expect(await process.stop()).toBe(0);
  const ended = async () => {
    while (!(await reader.read().catch(() => ({ done: true }))).done);
    return true;
  };
  expect(await ended()).toBe(true);
  gone.abort();
});

test("on a network a browser has WebCodecs over https, and keeps the token for https only", async () => {
  const topic = uniqueName("webcodecs");
  await using _camera = startKt(["emit-video", "testsrc", "--topic", topic, "--size", "160x120", "--codec", "h264", "--keyint", "15"]);
  await using served = await serve(
    brokers,
    "--tls-cert",
    file("one.pem"),
    "--tls-key",
    file("one.key"),
    "--token",
    "sesame",
    "--allow-host",
    "kt.example",
    "--topics",
    topic,
  );
  const address = `https://kt.example:${new URL(served.url).port}`;
  await using visited = await visit("about:blank", "--ignore-certificate-errors", "--host-resolver-rules=MAP kt.example 127.0.0.1");
  const { page } = visited;
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.addInitScript(() => {
    const made = { decoders: 0, mediaSources: 0 };
    Object.assign(globalThis, { made });
    const count = (name: "VideoDecoder" | "MediaSource", counter: keyof typeof made) => {
      const Original = globalThis[name];
      if (Original)
        Object.assign(globalThis, {
          [name]: class extends (Original as new (...given: unknown[]) => object) {
            constructor(...given: unknown[]) {
              super(...given);
              made[counter]++;
            }
          },
        });
    };
    count("VideoDecoder", "decoders");
    count("MediaSource", "mediaSources");
  });
  await page.goto(`${address}/?token=sesame`, { waitUntil: "commit" });
  const painted = () =>
    page.evaluate((name) => {
      const { __kt, made } = globalThis as unknown as { __kt?: { tiles: Record<string, { painted: number }> }; made: object };
      return { secure: globalThis.isSecureContext, painted: __kt?.tiles[name]?.painted ?? 0, ...made };
    }, `${topic}/testsrc`);
  await eventually(
    async () => (await painted()).painted > 20,
    () => `pictures are painted: ${complaints}`,
  );
  expect(await painted()).toMatchObject({ secure: true, mediaSources: 0 });
  expect(await painted()).not.toMatchObject({ decoders: 0 });
  expect((await page.context().cookies()).map(({ name, secure, httpOnly }) => ({ name, secure, httpOnly }))).toEqual([
    { name: "kt_token", secure: true, httpOnly: true },
  ]);
  expect(complaints).toEqual([]);
});
