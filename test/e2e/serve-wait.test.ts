/** kt serve --wait: it may be started before its broker; and kt health, which asks a server how it is. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { brokers, eventually, kt, ktOk, serve, startKt } from "./support/kt.ts";

setDefaultTimeout(120_000);

const portOf = (url: string) => new URL(url).port;
const statusOf = async (url: string) => (await fetch(url)).status;

test("with --wait the server is there before its broker, says what it waits for, and goes on by itself", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["produce", "greetings", "hello from the log"], { env });
  await broker.stop();

  await using served = await serve(broker.address, "--wait");
  expect(await statusOf(`${served.url}/healthz`)).toBe(200);
  const ready = await fetch(`${served.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/^kt waits for Kafka\. .+\n$/)]);
  // Nobody is told that there are no topics, or that one is not there.
  for (const path of ["/topics", "/topics/greetings", "/topics/greetings/records?limit=1"])
    expect([path, await statusOf(served.url + path)]).toEqual([path, 503]);
  await served.process.stderr.waitFor(/kt waits for Kafka: No Kafka broker at .+refused/);
  expect((await kt(["health", "--port", portOf(served.url)])).code).toBe(0);
  const unready = await kt(["health", "--port", portOf(served.url), "--ready"]);
  expect([unready.code, unready.stderr]).toEqual([1, expect.stringContaining("kt waits for Kafka. No Kafka broker at")]);

  await using visited = await visit(served.url);
  const banner = visited.page.getByRole("alert");
  await banner.getByText(`kt waits for Kafka at ${broker.address}`).waitFor();
  expect(await banner.textContent()).toContain("as soon as it answers");

  await broker.startAgain();
  await visited.page.getByText("hello from the log").waitFor({ timeout: 60_000 });
  await banner.waitFor({ state: "detached" });
  await served.process.stderr.waitFor(/Kafka answers\./);
  expect(await statusOf(`${served.url}/readyz`)).toBe(200);
  expect(await statusOf(`${served.url}/topics/greetings`)).toBe(200);
  expect((await kt(["health", "--port", portOf(served.url), "--ready"])).code).toBe(0);

  // From then on it is a broker that went away, as ever.
  await broker.kill();
  await eventually(async () => (await statusOf(`${served.url}/readyz`)) === 503, "the server says that the broker is away");
  expect(await (await fetch(`${served.url}/readyz`)).text()).not.toContain("waits");
  expect(await served.process.stop(5000)).toBe(0);
});

test("KT_WAIT=1 is --wait, 0 and nothing are not, and what is neither is asked for wrongly", async () => {
  const env = { KT_BROKERS: "127.0.0.1:1" };
  {
    await using waiting = startKt(["serve", "--port", "0"], { env: { ...env, KT_WAIT: "1" } });
    await waiting.stderr.waitFor(/http:/);
    expect(await waiting.stop(5000)).toBe(0);
  }
  for (const none of ["0", ""]) expect((await kt(["serve", "--port", "0"], { env: { ...env, KT_WAIT: none } })).code).toBe(1);
  const { code, stderr } = await kt(["serve", "--port", "0"], { env: { ...env, KT_WAIT: "later" } });
  expect([code, stderr]).toEqual([2, "kt: KT_WAIT takes 1 or 0, not 'later'.\n"]);
});

test("kt health: 0 where a server answers, with its token too; 1 and one sentence where none does", async () => {
  await using served = await serve(brokers, "--token", "sesame");
  const port = portOf(served.url);
  const well = await kt(["health", "--port", port]);
  expect([well.code, well.stdout, well.stderr]).toEqual([0, `kt is well at http://127.0.0.1:${port}/.\n`, ""]);
  const without = await kt(["health", "--port", port, "--ready"]);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("token")]);
  expect((await kt(["health", "--port", port, "--ready", "--token", "sesame"])).code).toBe(0);
  expect((await kt(["health", "--port", port, "--ready"], { env: { KT_TOKEN: "sesame" } })).code).toBe(0);
  const none = await kt(["health", "--port", "1"]);
  expect([none.code, none.stdout]).toEqual([1, ""]);
  expect(none.stderr).toMatch(/^kt: No kt answers at http:\/\/127\.0\.0\.1:1\/.+\n$/);
});

test("kt health gives up on a server that takes the connection and says nothing", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  try {
    const { code, stderr } = await kt(["health", "--port", String(silent.port), "--timeout", "300ms"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("did not answer within 0.3 s")]);
  } finally {
    silent.stop(true);
  }
});
