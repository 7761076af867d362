/** kt serve: open beyond this machine only where that was asked for, and by this machine's names. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { hostname, networkInterfaces } from "node:os";
import { brokers, kt, type Served, serve, startKt } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

const token = "not for everybody";

/** Listening on every address. */
async function serveOpen(...options: string[]): Promise<Served> {
  const process = startKt(["serve", "--host", "0.0.0.0", "--port", "0", ...options]);
  const [, port] = (await process.stderr.waitFor(/http:\/\/0\.0\.0\.0:(\d+)\//)) ?? [];
  return { url: `http://127.0.0.1:${port}`, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

async function named({ url }: Served, host: string, path = "/topics"): Promise<string> {
  return (await run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Host: ${host}`, url + path])).stdout;
}

test("beyond this machine it does not start without a token or --no-auth, quiet or not", async () => {
  for (const host of ["0.0.0.0", "::", "0", "192.0.2.1", "kt.example", "127.0.0.1.example"])
    for (const quiet of [[], ["--quiet"]]) {
      const { code, stderr } = await kt(["serve", "--host", host, "--port", "0", ...quiet]);
      expect([host, code, stderr]).toEqual([host, 2, expect.stringMatching(/^kt: [^\n]*--token[^\n]*--no-auth\.\n$/)]);
    }
  for (const [options, env] of [
    [["--token", ""], {}],
    [["--token", " "], {}],
    [[], { KT_TOKEN: "" }],
    [["--no-auth"], { KT_TOKEN: "" }],
    [["--host", "0.0.0.0"], { KT_TOKEN: "" }],
  ] as const) {
    const { code, stderr } = await kt(["serve", "--port", "0", ...options], { env });
    expect([options, code, stderr]).toEqual([options, 2, expect.stringMatching(/^kt: (--token|KT_TOKEN) is empty, [^\n]+\n$/)]);
  }
  const both = await kt(["serve", "--no-auth"], { env: { KT_TOKEN: token } });
  expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/--no-auth .+ token/)]);
  expect((await kt(["serve", "--host", ""])).code).toBe(2);
});

test("with a token it is open to whoever brings that, by any name; with --no-auth it says what that means", async () => {
  await using guarded = await serveOpen("--token", token);
  expect(guarded.process.stderr.text).not.toContain("Warning");
  const asked = (headers: Record<string, string>) => fetch(`${guarded.url}/topics`, { headers });
  expect([(await asked({})).status, (await asked({ Authorization: `Bearer ${token}`, Host: "by.proxy.example" })).status]).toEqual([401, 200]);
  await using open = await serveOpen("--no-auth");
  await open.process.stderr.waitFor(/Warning: whoever reaches 0\.0\.0\.0 can read every topic/);
  expect((await fetch(`${open.url}/topics`)).status).toBe(200);
});

test("without a token it answers to this machine's names and addresses, those that were given, and no other", async () => {
  await using open = await serveOpen("--no-auth", "--allow-host", "KT.example.", "--allow-host", "münchen.example", "--allow-origin", "https://wall.example");
  const addresses = Object.values(networkInterfaces()).flatMap(
    (its) => its?.map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address)) ?? [],
  );
  const known = [hostname(), hostname().toUpperCase(), `${hostname()}.`, `${hostname()}.local:80`, ...addresses.filter((address) => !address.includes("%"))];
  for (const host of [
    ...known,
    "localhost",
    "127.0.0.1:9",
    "[::1]:5000",
    "[0:0:0:0:0:0:0:1]",
    "kt.example",
    "kt.EXAMPLE:8080",
    "xn--mnchen-3ya.example",
    "wall.example",
  ])
    expect([host, await named(open, host)]).toEqual([host, "200"]);
  for (const host of [
    "attacker.example",
    `${hostname()}.attacker.example`,
    "x.kt.example",
    "kt.example.evil",
    "192.0.2.1",
    "[2001:db8::1]",
    "127.0.0.1.nip.io",
  ])
    expect([host, await named(open, host)]).toEqual([host, "421"]);
  for (const path of ["/", "/ws", "/healthz", "/no/such/path"]) expect([path, await named(open, "attacker.example", path)]).toEqual([path, "421"]);
});

test("on this machine only, the names are checked as well, and all that an address may be written as are known", async () => {
  await using served = await serve(brokers, "--allow-host", "kt.internal");
  for (const host of ["127.0.0.1", "LOCALHOST:1", "localhost.", "kt.localhost", "[::1]", "kt.internal", "127.0.0.1."])
    expect([host, await named(served, host)]).toEqual([host, "200"]);
  for (const host of ["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "192.0.2.1"])
    expect([host, await named(served, host)]).toEqual([host, "421"]);
  for (const name of ["http://kt.example", "kt.example/x", "a b", "*", "*.example", ""]) {
    const { code, stderr } = await kt(["serve", "--allow-host", name]);
    expect([name, code, stderr]).toEqual([name, 2, expect.stringContaining("--allow-host takes a name")]);
  }
});
