/** The form on a topic's page that sends a record. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { faults } from "./support/axe.ts";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, recordsOf, uniqueName } from "./support/kt.ts";
import { serveTaking, type Takes } from "./support/taking.ts";

setDefaultTimeout(120_000);

const topic = uniqueName("form");
const closed = uniqueName("closed");
let takes: Takes;
beforeAll(async () => {
  await ktOk(["topic", "create", topic, "--partitions", "2"]);
  await ktOk(["produce", topic, "-k", "a", '{"score":1}']);
  await ktOk(["topic", "create", closed]);
  takes = await serveTaking(["--allow-produce", topic]);
});
afterAll(async () => {
  await takes?.[Symbol.asyncDispose]();
});

const form = (name: string, token = "") => `${takes.url}/${token && `?token=${token}`}#topics/${name}/send`;

test("a record with key, headers and partition is sent, and the answer is its place; what is no JSON is not, unless it is meant", async () => {
  await eventually(
    async () => ((await (await fetch(`${takes.url}/topics/${topic}`)).json()) as { kind: string }).kind === "json",
    "the topic is known to be JSON",
  );
  await using visited = await visit(form(topic, takes.token));
  const { page } = visited;
  const send = page.getByRole("button", { name: "Send" });
  await page.getByLabel("Key", { exact: true }).fill("game 7");
  await page.getByLabel("Value", { exact: true }).fill('{"score": 2');
  await page.getByText("The topic is JSON, and this is not").waitFor();
  expect(await send.isDisabled()).toBe(true);
  await page.getByLabel("Value", { exact: true }).fill('{"score": 2}');
  expect(await send.isEnabled()).toBe(true);
  await page.getByRole("button", { name: "Add a header" }).click();
  await page.getByLabel("Name of header 1").fill("source");
  await page.getByLabel("Value of header 1").fill("desk");
  await page.getByLabel("Partition").fill("1");
  expect(await faults(page)).toEqual([]);
  await send.click();
  await page
    .getByRole("status")
    .getByText(/^Sent: partition 1, offset \d+\./)
    .waitFor();
  const [written] = await recordsOf(topic, "-k", "game 7");
  expect(written).toMatchObject({ partition: 1, key: "game 7", value: '{"score": 2}', headers: [{ name: "source", value: "desk" }] });

  await page.getByLabel("Value", { exact: true }).fill("no JSON");
  await page.getByLabel("send it as it is").check();
  await send.click();
  await page
    .getByRole("status")
    .getByText(/^Sent: /)
    .waitFor();
  await page.getByLabel("no value").check();
  await send.click();
  await eventually(async () => (await recordsOf(topic, "-k", "game 7")).map(({ value }) => value).at(-1) === null, "the last has no value");

  await page.getByLabel("Partition").fill("9");
  await send.click();
  await page.getByRole("alert").getByText("no such partition").waitFor();
});

test("without the token it says what is missing, and where nothing is taken how it would be", async () => {
  await using visited = await visit(form(topic));
  const { page } = visited;
  await page.getByLabel("Value", { exact: true }).fill("{}");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("Writing needs the token").waitFor();
  await page.goto(form(closed));
  await page.getByText(`--allow-produce '${closed}'`).waitFor();
  expect(await page.getByRole("button", { name: "Send" }).count()).toBe(0);
});
