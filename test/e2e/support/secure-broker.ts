/** A Kafka with TLS and logins, its certificates, and a provider of tokens. */
import { writeFile } from "node:fs/promises";
import { freePort, OwnBroker } from "./broker.ts";
import { root, type TempFolder, tempFolder } from "./kt.ts";
import { run } from "./process.ts";

export const password = "correct-horse-7";

export interface SecureBroker extends AsyncDisposable {
  plaintext: string;
  /** TLS, and the client must have a certificate too. */
  ssl: string;
  /** TLS with PLAIN, SCRAM-SHA-512 or OAUTHBEARER. */
  saslSsl: string;
  /** PLAIN without TLS. */
  saslPlaintext: string;
  /** A file in its folder: ca.pem, other-ca.pem, client.pem, client.key. */
  file(name: string): string;
}

export async function startSecureBroker(): Promise<SecureBroker> {
  const folder = await tempFolder();
  await makeCertificates(folder);
  const file = (name: string) => `${folder.path}/${name}`;
  const ports = { SSL: freePort(), SASL_SSL: freePort(), SASL_PLAINTEXT: freePort() };
  const login = (listener: string, mechanism: string, module: string, options = "") => [
    "--set",
    `listener.name.${listener}.${mechanism}.sasl.jaas.config=org.apache.kafka.common.security.${module} required ${options};`,
  ];
  const plain = ["plain.PlainLoginModule", `user_alice="${password}"`] as const;
  const settings = [
    "ssl.keystore.type=PEM",
    `ssl.keystore.location=${file("server.both.pem")}`,
    "ssl.truststore.type=PEM",
    `ssl.truststore.location=${file("ca.pem")}`,
    "listener.name.ssl.ssl.client.auth=required",
    "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER",
    "listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN",
  ];
  const broker = await OwnBroker.start(
    ...Object.entries(ports).flatMap(([name, port]) => ["--listen", `${name}:${port}`]),
    ...settings.flatMap((setting) => ["--set", setting]),
    ...login("sasl_plaintext", "plain", ...plain),
    ...login("sasl_ssl", "plain", ...plain),
    ...login("sasl_ssl", "scram-sha-512", "scram.ScramLoginModule"),
    ...login("sasl_ssl", "oauthbearer", "oauthbearer.OAuthBearerLoginModule", 'unsecuredLoginStringClaim_sub="broker"'),
  );
  await makeScramUser(broker.address);
  return {
    plaintext: broker.address,
    ssl: `127.0.0.1:${ports.SSL}`,
    saslSsl: `127.0.0.1:${ports.SASL_SSL}`,
    saslPlaintext: `127.0.0.1:${ports.SASL_PLAINTEXT}`,
    file,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function makeCertificates(folder: TempFolder): Promise<void> {
  const script = `set -e
    new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for ca in ca other-ca; do openssl req -x509 $new -days 2 -subj /CN=$ca -keyout $ca.key -out $ca.pem; done
    echo subjectAltName=IP:127.0.0.1 > names
    for leaf in server client; do
      openssl req $new -subj /CN=$leaf -keyout $leaf.key -out $leaf.csr
      openssl x509 -req -in $leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $leaf.pem -extfile names
    done
    cat server.key server.pem > server.both.pem`;
  const { code, stderr } = await run(["bash", "-c", script], { cwd: folder.path });
  if (code !== 0) throw new Error(`openssl: ${stderr}`);
}

async function makeScramUser(address: string): Promise<void> {
  const credentials = `SCRAM-SHA-512=[password=${password}]`;
  // The folder of the jars has Kafka's version in its name.
  const [jars] = [...new Bun.Glob(".build/kafka-*/jars").scanSync({ cwd: root, onlyFiles: false, dot: true, followSymlinks: true })];
  const command = ["java", "-cp", `${root}${jars}/*`, "kafka.admin.ConfigCommand", "--bootstrap-server", address];
  const change = ["--alter", "--add-config", credentials, "--entity-type", "users", "--entity-name", "alice"];
  const { code, stderr } = await run([...command, ...change], { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`kafka.admin.ConfigCommand: ${stderr.slice(-500)}`);
}

/** Gives tokens to the client "kt" with the password, by the client-credentials grant. */
export function startTokenProvider(): { url: string; asked: () => number; stop: () => void } {
  let asked = 0;
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      asked++;
      const grant = new URLSearchParams(await request.text()).get("grant_type");
      const known = request.headers.get("authorization") === `Basic ${btoa(`kt:${password}`)}`;
      if (!known || grant !== "client_credentials") return Response.json({ error: "invalid_client" }, { status: 401 });
      const now = Math.floor(Date.now() / 1000);
      return Response.json({ access_token: `${part({ alg: "none" })}.${part({ sub: "alice", iat: now, exp: now + 300 })}.`, expires_in: 300 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}/token`, asked: () => asked, stop: () => void server.stop(true) };
}

/** A properties file, as kcat's users have it; readable by its owner only. */
export async function writeProperties(path: string, lines: string[], mode = 0o600): Promise<string> {
  await writeFile(path, `${lines.join("\n")}\n`, { mode });
  return path;
}
