/** A topic's partitions, groups and settings on its page. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, makeTopic, serve, startKt, uniqueName } from "./support/kt.ts";

setDefaultTimeout(180_000);

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}\n`).join("");
const cells = (page: Page, table: string) =>
  page
    .getByRole("table", { name: table })
    .evaluate((element) =>
      [...element.querySelectorAll("tbody tr, tfoot tr")].map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())),
    );

test("partitions are a table with their sums, which follows what is written", async () => {
  const topic = await makeTopic("parts", "--partitions", "2");
  await ktOk(["produce", topic, "-p", "0"], { stdin: numbers(1200) });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}/partitions`);
  const { page } = visited;
  await page.getByText("2 partitions on 1 broker, all replicas in sync.").waitFor();
  const table = () => cells(page, `Partitions of ${topic}`);
  const [first, second, sum] = await table();
  expect(first?.slice(0, 7)).toEqual(["0", "1", "1", "1", "0", "1200", "1,200"]);
  expect(second?.slice(4)).toEqual(["0", "0", "0", "0 B"]);
  expect([sum?.[0], sum?.[6]]).toEqual(["All", "1,200"]);
  await ktOk(["produce", topic, "-p", "1"], { stdin: numbers(3) });
  await eventually(async () => (await table())[1]?.[5] === "3", "the table follows");
});

test("groups are told with their lag, members and how it went; a link shows all that one reads", async () => {
  const [topic, other] = [await makeTopic("looked"), await makeTopic("other")];
  const [group, stopped] = [uniqueName("readers"), uniqueName("stopped")];
  await ktOk(["produce", topic], { stdin: numbers(10) });
  await ktOk(["consume", topic, "--group", stopped, "-n", "4"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${other}/groups`);
  const { page } = visited;
  await page.getByText("No consumer group reads this topic.").waitFor();
  await using _member = startKt(["consume", topic, other, "--group", group, "-X", "client.id=reader-7"]);
  await page.goto(`${served.url}/#topics/${topic}/groups`);
  await page.getByText("2 groups read it, 6 records behind in all.").waitFor();
  const table = (name: string) => cells(page, `Where ${name} is`);
  expect((await table(stopped))[0]?.slice(0, 4)).toEqual(["0", "4", "10", "6"]);
  await eventually(async () => (await table(group))[0]?.[3] === "0", "the member has read all");
  expect((await table(group))[0]?.at(-1)).toBe("reader-7");
  expect((await cells(page, `Members of ${group}`))[0]?.slice(0, 2)).toEqual(["reader-7", "127.0.0.1"]);
  // The line begins with the second answer, and follows.
  await page
    .getByRole("table", { name: `Where ${stopped} is` })
    .getByRole("img", { name: /^Lag 6, as \d+ s ago$/ })
    .waitFor();
  await ktOk(["produce", topic], { stdin: numbers(2) });
  await page
    .getByRole("table", { name: `Where ${stopped} is` })
    .getByRole("img", { name: /^Lag from 6 to 8 in \d+ s$/ })
    .waitFor();

  await page.getByRole("link", { name: `All that ${group} reads` }).click();
  await page.getByRole("heading", { name: group }).waitFor();
  await eventually(async () => (await table(group)).length === 3, "both topics and their sum");
  expect((await table(group)).map(([topic]) => topic)).toEqual([...[topic, other].sort(), "All"]);
  await page.getByRole("link", { name: `Groups of ${topic}` }).click();
  await page.getByText("2 groups read it").waitFor();

  // Nobody is asked for who does not look.
  let asked = 0;
  page.on("request", (request) => request.url().includes("/groups") && asked++);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await Bun.sleep(500);
  asked = 0;
  await Bun.sleep(7000);
  expect(asked).toBe(0);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await eventually(() => asked > 0, "it is asked again");
});

test("settings are told with whose they are and what they mean, and the defaults where they are wanted", async () => {
  const topic = await makeTopic("set", "--config", "retention.ms=3600000");
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}/settings`);
  const { page } = visited;
  await page.getByRole("table").waitFor();
  const table = () => cells(page, `Settings of ${topic}`);
  expect((await table())[0]).toEqual(["retention.ms", "3600000\n1 hour", "this topic", "So long records are kept; -1 is for ever."]);
  const few = (await table()).length;
  await page.getByRole("checkbox", { name: "Those with their default, too" }).check();
  await eventually(async () => (await table()).length > few + 10, "the defaults");
});

test("nothing serious is wrong with them for whoever cannot see or point, wide or narrow, dark or light", async () => {
  const topic = await makeTopic("audited", "--partitions", "2", "--config", "retention.ms=3600000");
  const group = uniqueName("audited");
  await ktOk(["produce", topic], { stdin: numbers(10) });
  await ktOk(["consume", topic, "--group", group, "-n", "4"]);
  await using served = await serve();
  await using visited = await visit(served.url);
  for (const options of [
    { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
    { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true },
  ] as const) {
    const page = await visited.newPage(options);
    for (const tab of ["partitions", "groups", "settings", `groups?group=${group}`]) {
      await page.goto(`${served.url}/#topics/${topic}/${tab}`);
      await page.getByRole("table").first().waitFor();
      expect([tab, (await faults(page)).filter((fault) => /\((serious|critical)\)/.test(fault))]).toEqual([tab, []]);
      expect([tab, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([tab, 0]);
    }
  }
});

test("without its broker the page says so, keeps what was known, and goes on by itself", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "alone"], { env });
  await ktOk(["produce", "alone", "a", "b"], { env });
  await using served = await serve(broker.address);
  await using visited = await visit(`${served.url}/#topics/alone/partitions`);
  const { page } = visited;
  const end = async () => (await cells(page, "Partitions of alone"))[0]?.[5];
  await page.getByRole("table").waitFor();
  expect(await end()).toBe("2");
  await broker.kill();
  await page.getByText("Below is what was known before.").waitFor({ timeout: 60_000 });
  expect(await end()).toBe("2");
  await broker.startAgain();
  await ktOk(["produce", "alone", "c"], { env });
  await eventually(async () => (await end()) === "3", "it goes on", 60_000);
  expect(await page.getByText("Below is what was known before.").count()).toBe(0);
});
