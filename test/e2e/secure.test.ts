/** TLS and logins against a Kafka that wants them, the files that say how, and the sentence for each thing that is wrong. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { kt, ktOk, uniqueName } from "./support/kt.ts";
import { password, type SecureBroker, startSecureBroker, startTokenProvider, writeProperties } from "./support/secure-broker.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

let broker: SecureBroker;
let provider: ReturnType<typeof startTokenProvider>;
let config: string;

beforeAll(async () => {
  broker = await startSecureBroker();
  provider = startTokenProvider();
  const tls = (protocol: string) => [`security.protocol=${protocol}`, `ssl.ca.location = ${broker.file("ca.pem")}`];
  config = await writeProperties(broker.file("kt.conf"), [
    "# What holds for all",
    "client.id=test",
    "sasl.username=alice",
    `sasl.password=${password}`,
    "",
    "[tls]",
    `bootstrap.servers=${broker.ssl}`,
    ...tls("ssl"),
    `ssl.certificate.location=${broker.file("client.pem")}`,
    `ssl.key.location=${broker.file("client.key")}`,
    "[plain]",
    `metadata.broker.list=${broker.saslSsl}`,
    ...tls("sasl_ssl"),
    "sasl.mechanisms=PLAIN",
    "[scram]",
    `bootstrap.servers=${broker.saslSsl}`,
    ...tls("sasl_ssl"),
    "sasl.mechanism=SCRAM-SHA-512",
    "[token]",
    `bootstrap.servers=${broker.saslSsl}`,
    ...tls("sasl_ssl"),
    "sasl.mechanism=OAUTHBEARER",
    "sasl.oauthbearer.method=oidc",
    "sasl.oauthbearer.client.id=kt",
    `sasl.oauthbearer.client.secret=${password}`,
    `sasl.oauthbearer.token.endpoint.url=${provider.url}`,
    "[cleartext]",
    `bootstrap.servers=${broker.saslPlaintext}`,
    "security.protocol=sasl_plaintext",
    "sasl.mechanism=PLAIN",
  ]);
});
afterAll(async () => {
  provider?.stop();
  await broker?.[Symbol.asyncDispose]();
});

const withProfile = (profile: string) => ["-F", config, "--profile", profile];
const noShell = { env: { KT_BROKERS: undefined } };

test.each(["tls", "plain", "scram", "token", "cleartext"])("a topic is made, filled, read and described by profile %s", async (profile) => {
  const topic = uniqueName(profile);
  const connection = withProfile(profile);
  await ktOk(["topic", "create", topic, ...connection], noShell);
  await ktOk(["produce", topic, ...connection], { ...noShell, stdin: "a\nb\n" });
  const { stdout, stderr } = await ktOk(["consume", topic, "--exit", ...connection, "--group", topic], noShell);
  expect(stdout).toBe("a\nb\n");
  expect(stderr).toBe("");
});

test("responses of megabytes come through TLS byte for byte", async () => {
  const topic = uniqueName("megabytes");
  const connection = withProfile("tls");
  await ktOk(["topic", "create", topic, ...connection], noShell);
  const lines = Array.from({ length: 900 }, (_, i) => `${i} ${"x".repeat(30_000)}\n`).join("");
  await ktOk(["produce", topic, ...connection], { ...noShell, stdin: lines });
  expect((await ktOk(["consume", topic, "--exit", ...connection], noShell)).stdout === lines).toBe(true);
});

test("the environment names the file and the profile, the usual place is found, and flags win", async () => {
  const topic = uniqueName("place");
  await ktOk(["topic", "create", topic, "-b", broker.plaintext]);
  const found = async (args: string[], env: Record<string, string | undefined>) =>
    JSON.parse((await ktOk(["topic", "list", "--json", topic, ...args], { env: { KT_BROKERS: undefined, ...env } })).stdout);
  expect(await found([], { KT_CONFIG: config, KT_PROFILE: "tls" })).toHaveLength(1);
  await Bun.write(broker.file("home/kt/kt.conf"), await Bun.file(config).text());
  await chmod(broker.file("home/kt/kt.conf"), 0o600);
  const home = { XDG_CONFIG_HOME: broker.file("home") };
  expect(await found(["--profile", "scram"], home)).toHaveLength(1);
  // A profile named by flag means its own brokers, whatever the shell exports; a flag for brokers wins over both.
  expect(await found(["--profile", "scram"], { ...home, KT_BROKERS: "127.0.0.1:1" })).toHaveLength(1);
  expect(await found(["-b", broker.plaintext], { ...home, KT_BROKERS: "127.0.0.1:1" })).toHaveLength(1);
  expect(await found(["--profile", "scram", "-X", `bootstrap.servers=${broker.plaintext}`, "-X", "security.protocol=plaintext"], home)).toHaveLength(1);
});

test("a file with a secret that others may read is warned of once, and works", async () => {
  const open = await writeProperties(broker.file("open.conf"), [`bootstrap.servers=${broker.plaintext}`, `sasl.password=${password}`]);
  await chmod(open, 0o644);
  const { stderr } = await ktOk(["topic", "list", "--json", "--config", open], noShell);
  expect(stderr).toBe(`Warning: ${open} has secrets and others may read it: chmod 600 ${open}\n`);
});

describe("one sentence within ten seconds, and no secret, for", () => {
  const wrong = "wrong-horse-8";
  test.concurrent.each([
    ["a wrong password", () => [...withProfile("plain"), "-X", `sasl.password=${wrong}`], /refused the credentials/],
    ["a wrong password by SCRAM", () => [...withProfile("scram"), "-X", `sasl.password=${wrong}`], /refused the credentials/],
    ["a wrong client secret", () => [...withProfile("token"), "-X", `sasl.oauthbearer.client.secret=${wrong}`], /No token .* HTTP 401, invalid_client/],
    ["a token endpoint that is not there", () => [...withProfile("token"), "-X", "sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:1/"], /did not answer/],
    ["a mechanism that is not offered", () => [...withProfile("cleartext"), "-X", "sasl.mechanism=SCRAM-SHA-512"], /by SCRAM-SHA-512, but by PLAIN/],
    ["a login where none is taken", () => [...withProfile("cleartext"), "-b", broker.plaintext], /takes no login on this port/],
    ["a wrong CA", () => [...withProfile("tls"), "-X", `ssl.ca.location=${broker.file("other-ca.pem")}`], /certificate is of no CA that kt was told to trust/],
    ["another name than the certificate's", () => [...withProfile("tls"), "-b", broker.ssl.replace("127.0.0.1", "localhost")], /or for another name/],
    [
      "no client certificate",
      () => ["-b", broker.ssl, "-X", "security.protocol=ssl", "-X", `ssl.ca.location=${broker.file("ca.pem")}`],
      /wants a client's cert/,
    ],
    ["TLS against plaintext", () => [...withProfile("tls"), "-b", broker.plaintext], /speaks no TLS on this port/],
    ["plaintext against TLS", () => ["-b", broker.ssl], /closed the connection.*want TLS/],
    ["plaintext against a login", () => ["-b", broker.saslPlaintext], /closed the connection.*a login/],
    ["a wrong port", () => [...withProfile("tls"), "-b", "127.0.0.1:1"], /connection was refused/],
  ] as const)("%s", async (_, options, sentence) => {
    const results = await Promise.all([kt(["topic", "list", ...options()], noShell), kt(["produce", "t", "v", ...options(), "--debug"], noShell)]);
    for (const { code, stdout, stderr, ms } of results) {
      expect(stderr).toMatch(sentence);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(ms).toBeLessThan(10_000);
      for (const secret of [password, wrong]) expect(stderr).not.toContain(secret);
    }
    expectOneSentence(results[0].stderr);
  });

  test.concurrent.each([
    ["a file that is not there", () => ["-F", broker.file("none.conf")], "no such file"],
    ["a profile that is not there", () => withProfile("staging"), "It has tls, plain, scram, token, cleartext"],
    ["a certificate's file that is not there", () => [...withProfile("tls"), "-X", "ssl.ca.location=/none.pem"], "ssl.ca.location names /none.pem"],
    ["a property that librdkafka does not know", () => ["-X", `sasl.pasword=${wrong}`], '"sasl.pasword"'],
    ["a property without a value", () => ["-X", `sasl.password:${wrong}`], "-X list"],
    ["a login without a name", () => ["-X", "security.protocol=sasl_ssl", "-X", "sasl.mechanism=PLAIN"], "sasl.username"],
    ["a token from nowhere", () => ["-X", "security.protocol=sasl_ssl", "-X", "sasl.mechanism=OAUTHBEARER"], "token.endpoint.url"],
  ] as const)("%s, as asked wrongly", async (_, options, sentence) => {
    const { code, stderr } = await kt(["topic", "list", ...options()], noShell);
    expect(stderr).toContain(sentence);
    expectOneSentence(stderr);
    expect(code).toBe(2);
    expect(stderr).not.toContain(wrong);
  });
});

test("-X list shows librdkafka's properties, with a command or without, and needs no broker", async () => {
  for (const args of [
    ["-X", "list"],
    ["consume", "-X", "list"],
    ["topic", "list", "--property=list"],
  ]) {
    const { stdout } = await ktOk(args, noShell);
    expect(stdout).toMatch(/^sasl\.oauthbearer\.token\.endpoint\.url +\|/m);
  }
});
