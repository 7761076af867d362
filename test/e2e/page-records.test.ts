/** What a record says, read on the page: whole, with its history, in its colours, and found as it is seen. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, makeTopic, serve } from "./support/kt.ts";

setDefaultTimeout(120_000);

const produce = (topic: string, values: string[], ...options: string[]) => ktOk(["produce", topic, ...options], { stdin: `${values.join("\n")}\n` });

test("a row of the table opens its record with headers, and what the log has of that key", async () => {
  const topic = await makeTopic("rows");
  for (const [key, value, trace] of [
    ["door", '{"v":1}', "first"],
    ["doorbell", '{"v":8}', "other"],
    ["door", '{"v":2,"deep":{"in":{"side":[1,{"id":9007199254740993}]}},"none":[]}', "second"],
  ] as const)
    await produce(topic, [value], "-k", key, "-H", `trace=${trace}`);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog");
  await panel.getByRole("rowheader", { name: "door", exact: true }).click();
  const whole = panel.getByRole("region", { name: "The whole record" });
  await whole.getByText("second").waitFor();
  expect(await whole.locator("dt").allInnerTexts()).toEqual(["time", "partition", "offset", "key", "trace", "value"]);
  // As it is in the record, with nothing rounded.
  expect(await whole.locator("pre").innerText()).toBe(`{
  "v": 2,
  "deep": {
    "in": {
      "side": [
        1,
        {
          "id": 9007199254740993
        }
      ]
    }
  },
  "none": []
}`);
  const history = panel.getByRole("log", { name: "History of door" });
  const values = () => history.locator("summary .value").allInnerTexts();
  expect((await values()).map((value) => value.slice(0, 7))).toEqual(['{"v": 1', '{"v": 2']);
  await produce(topic, ['{"v":3}'], "-k", "door");
  await produce(topic, ['{"v":9}'], "-k", "doorbell");
  await eventually(async () => (await values()).at(-1) === '{"v": 3}', "what comes of that key");
  expect(await values()).toHaveLength(3);
  // What is read stays.
  await whole.getByText("second").waitFor();
  await history.locator("summary").first().click();
  await history.getByText("first", { exact: true }).waitFor();

  // The first Escape leads back to the row, the next one to the overview; rows are reached by the keyboard.
  await page.keyboard.press("Escape");
  await history.waitFor({ state: "detached" });
  await eventually(() => page.evaluate(() => document.activeElement?.textContent === "door"), "the focus is on the row");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await panel.getByRole("log", { name: "History of doorbell" }).waitFor();
  await panel.getByRole("button", { name: "Back to the table" }).press("Enter");
  await panel.getByRole("table").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("group", { name: `Records of ${topic}` }).waitFor();
});

test("the history of a row by a field is that of the field's value, and a record that is gone is said to be", async () => {
  const topic = await makeTopic("by-field");
  const line = (host: string, cpu: number) => JSON.stringify({ meta: { host }, cpu });
  await produce(topic, [line("web", 1), line("db", 2), line("web", 3), line("db", 4), line("web", 5)]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const panel = visited.page.getByRole("dialog");
  await panel.getByRole("tab", { name: "Table" }).click();
  await panel.getByRole("rowheader", { name: "db" }).click();
  const history = panel.getByRole("log", { name: "History of db" });
  await history.getByText("4", { exact: true }).waitFor();
  expect((await history.locator("summary .offset").allInnerTexts()).map((place) => place.split(":")[1])).toEqual(["1", "3"]);
  await panel.getByRole("button", { name: "Back to the table" }).click();
  await ktOk(["topic", "empty", topic, "--yes"]);
  await panel.getByRole("rowheader", { name: "web" }).click();
  await panel.getByRole("status").getByText(`Partition 0 of '${topic}' has no records.`).waitFor();
});

test("a topic of lists is a table by one of their places, or by a field that is a list", async () => {
  const topic = await makeTopic("lists");
  await produce(
    topic,
    Array.from({ length: 8 }, (_, i) => JSON.stringify([1_706_700_000 + i, i % 2 ? "BTC" : "ETH", i, { side: "buy" }])),
  );
  const tagged = await makeTopic("tagged");
  await produce(
    tagged,
    Array.from({ length: 8 }, (_, i) => JSON.stringify({ tags: i % 2 ? ["a", "b"] : [], n: i })),
  );
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog");
  const rows = async () => (await panel.getByRole("row").allInnerTexts()).slice(1).map((row) => row.split("\t").slice(0, -1));
  await panel.getByRole("tab", { name: "Table" }).click();
  await eventually(async () => (await rows()).length === 2, "a row for each");
  expect(await rows()).toEqual([
    ["BTC", "1706700007", "7", "buy"],
    ["ETH", "1706700006", "6", "buy"],
  ]);
  expect(await panel.getByLabel("A row for each").locator("option").allInnerTexts()).toEqual(["0", "1", "2", "3.side"]);
  await page.goto(`${served.url}/#/${tagged}`);
  await panel.getByRole("tab", { name: "Table" }).click();
  await panel.getByLabel("A row for each").selectOption("tags");
  await eventually(async () => (await rows()).length === 2, "a row for each list");
  expect(await rows()).toEqual([
    ['["a","b"]', "7"],
    ["[]", "6"],
  ]);
});

test("a filter finds what its reader sees, however JSON writes it", async () => {
  const topic = await makeTopic("escaped");
  await produce(topic, ['{"name":"Zo\\u00eb"}', '{"name":"Zoe"}', '{"mood":"\\ud83d\\ude00 \\"so\\" \\/ \\u202e"}'], "-k", "k");
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog");
  await panel.getByRole("tab", { name: "List" }).click();
  const values = panel.getByRole("log").locator("summary .value");
  await eventually(async () => (await values.count()) === 3, "all of them");
  // What cannot be seen stays an escape.
  expect(await values.allInnerTexts()).toEqual(['{"name": "Zoë"}', '{"name": "Zoe"}', '{"mood": "😀 \\"so\\" \\/ \\u202e"}']);
  const filter = page.getByRole("searchbox", { name: `Filter of ${topic}` });
  for (const [text, found] of [
    ["Zoë", '{"name": "Zoë"}'],
    ["ZOE\u0308", '{"name": "Zoë"}'],
    ['😀 "so" /', '{"mood": "😀 \\"so\\" \\/ \\u202e"}'],
    ["o\\u00eb", '{"name": "Zoë"}'],
  ] as const) {
    await filter.fill(text);
    await eventually(async () => (await values.allInnerTexts()).join() === found, `${text} is found`);
  }
  const table = await makeTopic("escaped-table");
  await produce(table, ['a={"name":"Zo\\u00eb"}', 'b={"name":"Zoe"}'], "-K", "=");
  await page.goto(`${served.url}/#/${table}`);
  await page.getByRole("searchbox", { name: `Find in ${table}` }).fill("zoe\u0308");
  await eventually(async () => (await panel.getByRole("rowheader").allInnerTexts()).join() === "a", "the one row");
});

test("a terminal's colours are colours, and its other sequences are left out, in text and in JSON", async () => {
  const topic = await makeTopic("coloured");
  const esc = "\u001b";
  await produce(topic, [`${esc}[1;31mERROR${esc}[0m disk ${esc}[38;5;208mfull${esc}[K${esc}[0m ${esc}]0;title\u0007end`]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog");
  const value = panel.getByRole("log").locator("summary .value");
  await value.waitFor();
  expect(await value.innerText()).toBe("ERROR disk full end");
  const look = (text: string) =>
    panel
      .getByText(text, { exact: true })
      .first()
      .evaluate((element) => {
        const { color, fontWeight } = getComputedStyle(element);
        return { color, fontWeight };
      });
  expect(await look("full")).toEqual({ color: "rgb(255, 135, 0)", fontWeight: "400" });
  const error = await look("ERROR");
  expect(error.fontWeight).toBe("700");
  expect(error.color).not.toBe((await value.evaluate((element) => getComputedStyle(element).color)) as string);
  await value.click();
  expect(await panel.locator("pre").innerText()).toBe("ERROR disk full end");
  const filter = page.getByRole("searchbox", { name: topic });
  await filter.fill("nowhere");
  await panel.getByText("Not found").waitFor();
  await filter.fill("error disk full");
  await value.getByText("ERROR").waitFor();

  const json = await makeTopic("coloured-json");
  await produce(json, ['{"level":"\\u001b[32minfo\\u001b[0m","n":1}'], "-k", "k");
  await page.goto(`${served.url}/#/${json}`);
  await panel.getByRole("cell", { name: "info", exact: true }).waitFor();
  expect((await look("info")).color).toMatch(/^rgb/);
  await panel.getByRole("tab", { name: "List" }).click();
  await value.waitFor();
  expect(await value.innerText()).toBe('{"level": "info", "n": 1}');
});
