/** A topic's records on the page: listed, searched, opened, followed, exported, and all of it in the address. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { visit } from "./support/browser.ts";
import { ffmpeg } from "./support/clips.ts";
import { brokers, eventually, ktOk, makeTopic, pythonOk, serve, tempFolder } from "./support/kt.ts";
import { startSchemaRegistry } from "./support/schema-registry.ts";

setDefaultTimeout(120_000);

const rows = (page: Page) => page.getByRole("list", { name: /^Records of/ }).getByRole("link");
const offsets = async (page: Page) => (await rows(page).locator(".offset").allInnerTexts()).map((text) => text.trim());
const opened = (page: Page, spot: string) => page.getByRole("region", { name: `Record ${spot}`, exact: true });
const counting = (count: number) => Array.from({ length: count }, (_, i) => `{"n": ${i}}`).join("\n");

test("the newest come first, older and newer pages follow each other, and each has an address", async () => {
  const topic = await makeTopic("listed");
  await ktOk(["produce", topic], { stdin: counting(120) });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}`);
  const { page } = visited;
  await rows(page).first().waitFor();
  expect(await offsets(page)).toEqual(Array.from({ length: 50 }, (_, i) => `0:${119 - i}`));
  await page.getByRole("link", { name: "Older" }).click();
  await eventually(async () => (await offsets(page))[0] === "0:69", "the page before");
  await page.getByRole("link", { name: "Older" }).click();
  await eventually(async () => (await offsets(page)).length === 20, "the last page");
  expect(await page.getByRole("link", { name: "Older" }).count()).toBe(0);
  await page.goBack();
  await eventually(async () => (await offsets(page))[0] === "0:69", "the page before, again");
  // Another browser with that address sees the same.
  const other = await visited.newPage();
  await other.goto(await page.evaluate(() => location.href), { waitUntil: "commit" });
  await rows(other).first().waitFor();
  expect(await offsets(other)).toEqual(await offsets(page));
  await page.getByRole("link", { name: "Newer" }).click();
  await eventually(async () => (await offsets(page))[0] === "0:70", "what comes after, the oldest first");
});

test("a list begins at an offset, at a time, or at the begin, and says what is deleted and what is no record", async () => {
  const topic = await makeTopic("begun");
  await ktOk(["produce", topic, "--transaction"], { stdin: counting(3) });
  await ktOk(["produce", topic], { stdin: counting(3) });
  await ktOk(["topic", "empty", topic, "--before", "1", "--yes"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}`);
  const { page } = visited;
  await page.getByText("No record at 0:3").waitFor();
  expect(await offsets(page)).toEqual(["0:6", "0:5", "0:4", "0:2", "0:1"]);
  await page.getByText("What came before 0:1 is deleted").waitFor();
  await page.getByLabel("Begin", { exact: true }).selectOption("From offset");
  await page.getByText("Deleted by now: partition 0 begins at 1").waitFor();
  // What is typed stays while the page is drawn again, as it is each second.
  await page.getByLabel("Offset to begin at").fill("5");
  await Bun.sleep(2500);
  await page.getByLabel("Offset to begin at").press("Enter");
  await eventually(async () => (await offsets(page)).join() === "0:5,0:6", "from offset 5 on");
  await page.waitForURL(/from=5/, { waitUntil: "commit" });
  await page.goto(`${served.url}/#topics/${topic}/records?open=0:3`);
  await opened(page, "0:3").getByText("compaction took it, or it marks a transaction").waitFor();
  await page.goto(`${served.url}/#topics/${topic}/records?open=0:0`);
  await opened(page, "0:0").getByText("is gone from the log").waitFor();
});

test("a search tells what it found and how much it looked at, a link shows the same, and it can be stopped", async () => {
  const topic = await makeTopic("found", "--partitions", "2");
  await ktOk(["produce", topic, "-K", ":"], { stdin: Array.from({ length: 5000 }, (_, i) => `k${i % 10}:{"n": ${i}}`).join("\n") });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}`);
  const { page } = visited;
  const field = page.getByRole("searchbox");
  await field.fill('"n": 4321');
  await field.press("Enter");
  await page.getByText(/1 hit in 5,000 records/).waitFor();
  expect(await rows(page).count()).toBe(1);
  await page.getByLabel("Regex").check();
  await page.getByRole("searchbox").fill('"n": 43\\d1');
  await page.getByLabel("Key", { exact: true }).fill("k1");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText(/10 hits in 5,000 records.*100 % of the log/).waitFor();
  const other = await visited.newPage();
  await other.goto(await page.evaluate(() => location.href), { waitUntil: "commit" });
  await other.getByText(/10 hits in 5,000 records/).waitFor();
  expect(await offsets(other)).toEqual(await offsets(page));
  expect(await other.getByRole("searchbox").inputValue()).toBe('"n": 43\\d1');
  // A server that does not answer now does not hold its reader up.
  process.kill(served.process.pid, "SIGSTOP");
  try {
    await page.getByRole("searchbox").fill("other");
    await page.getByRole("searchbox").press("Enter");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("· stopped").waitFor();
    await page.getByText("Stopped before anything was found.").waitFor();
  } finally {
    process.kill(served.process.pid, "SIGCONT");
  }
  await page.getByRole("searchbox").fill("(");
  await page.getByRole("searchbox").press("Enter");
  await page.getByRole("alert").getByText("regex: '(' has a ( that nothing closes.").waitFor();
});

test("a record opens with all that there is of it, and keys lead to the one below and above, over the list's end", async () => {
  const topic = await makeTopic("opened");
  await ktOk(["produce", topic], { stdin: counting(60) });
  await ktOk(["produce", topic, '{"id": 9007199254740993, "deep": {"list": [1, {"x": null}]}, "id": 1}', "-k", "door", "-H", "trace=abc"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}`);
  const { page } = visited;
  await rows(page).first().click();
  const record = opened(page, "0:60");
  await record.getByText("9007199254740993").waitFor();
  expect(await record.locator("dl").innerText()).toMatch(/partition 0, offset 60[\s\S]*door[\s\S]*trace\s+abc/);
  expect(await record.locator(".json-tree .name").allInnerTexts()).toEqual(["id", "deep", "list", "0", "1", "x", "id"]);
  await record.getByRole("tab", { name: "Hex" }).click();
  await record.getByText("00000000").waitFor();
  await page.waitForURL(/view=hex/, { waitUntil: "commit" });
  await page.keyboard.press("j");
  await opened(page, "0:59").waitFor();
  await page.keyboard.press("ArrowUp");
  await opened(page, "0:60").waitFor();
  // The list ends at 0:11: what is below is asked for.
  await page.goto(`${served.url}/#topics/${topic}/records?open=0:11`);
  await opened(page, "0:11").locator("dl").waitFor();
  await eventually(async () => (await offsets(page)).at(-1) === "0:11", "the list");
  await page.keyboard.press("j");
  await opened(page, "0:10").waitFor();
  await page.keyboard.press("Escape");
  await eventually(async () => (await page.locator(".opened").count()) === 0, "it is shut");
  expect(page.url()).toContain(topic);
});

test("each kind of value is shown as what it is: null, empty, bytes, pictures, packed and huge ones, and those of a schema", async () => {
  const topic = await makeTopic("kinds");
  await using folder = await tempFolder();
  const picture = `${folder.path}/one.jpg`;
  await ffmpeg(["-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", picture]);
  await pythonOk(
    `import sys, kafka, gzip, base64, json
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1], max_request_size=1<<20)
picture = open(sys.argv[3], 'rb').read()
for key, value, headers in [
  (b'null', None, []), (b'empty', b'', []), (b'\\xff\\x01', bytes(range(256)) * 4, [('bin', b'\\x00\\xff'), ('none', b'')]),
  (b'jpeg', picture, []), (b'inside', json.dumps({'camera': 1, 'image': 'data:image/jpeg;base64,' + base64.b64encode(picture).decode()}).encode(), []),
  (b'gzip', gzip.compress(b'hello ' * 100), []), (b'huge', b'x' * 900000, []),
  (b'avro', b'\\x00\\x00\\x00\\x00\\x07\\x08Ajax\\x02\\x06\\x02', []), (b'lost', b'\\x00\\x00\\x00\\x00\\x63\\x08Ajax', []),
]: p.send(sys.argv[2], key=key, value=value, headers=headers)
p.flush()`,
    [brokers, topic, picture],
  );
  const registry = startSchemaRegistry();
  registry.schemas.set(7, {
    schemaType: "AVRO",
    schema: JSON.stringify({
      type: "record",
      name: "Game",
      fields: [
        { name: "home", type: "string" },
        { name: "goals", type: ["null", "int"] },
        { name: "at", type: "long" },
      ],
    }),
  });
  try {
    await using served = await serve(brokers, "--registry", registry.url);
    await using visited = await visit(`${served.url}/#topics/${topic}`);
    const { page } = visited;
    const open = async (offset: number) => {
      await page.goto(`${served.url}/#topics/${topic}/records?open=0:${offset}`);
      const record = opened(page, `0:${offset}`);
      await record.locator("dl").waitFor();
      return record;
    };
    expect(await (await open(0)).locator(".opened-value").innerText()).toBe("tombstone");
    expect(await (await open(1)).locator(".opened-value").innerText()).toBe("empty");
    const bytes = await open(2);
    expect(await bytes.locator("dl").innerText()).toMatch(/ff 01[\s\S]*bin\s+2 B 00 ff/);
    await bytes.getByText("00000010").waitFor();
    for (const [offset, caption] of [
      [3, /^JPEG · 64 × 48/],
      [4, /^JPEG inside the value · 64 × 48/],
    ] as const)
      await (await open(offset)).getByText(caption).waitFor();
    await (await open(5)).getByText("packed as gzip").waitFor();
    const huge = await open(6);
    await huge.getByText("Only the beginning of 900 kB is shown.").waitFor();
    await huge.getByRole("button", { name: "Show all" }).click();
    await eventually(async () => (await huge.locator(".rest").count()) === 0, "all is there");
    const avro = await open(7);
    await avro.getByText("Avro, id 7").waitFor();
    expect(await avro.locator(".json-tree").innerText()).toMatch(/home: "Ajax"\s+goals: 3\s+at: 1/);
    await (await open(8)).getByText(/knows no such schema/).waitFor();
  } finally {
    registry.stop();
  }
});

test("what comes is shown as it comes, held while it is paused", async () => {
  const topic = await makeTopic("followed");
  await ktOk(["produce", topic, "before"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}/records?live=1&contains=door`);
  const { page } = visited;
  await page.getByText("Waiting for what comes…").waitFor();
  await ktOk(["produce", topic, "door 1", "window", "door 2"]);
  await eventually(async () => (await rows(page).count()) === 2, "the two that are asked for");
  expect(await offsets(page)).toEqual(["0:3", "0:1"]);
  await page.getByRole("button", { name: "Pause" }).click();
  await ktOk(["produce", topic, "door 3"]);
  await page.getByRole("button", { name: "Go on · 1 new" }).click();
  await eventually(async () => (await offsets(page))[0] === "0:4", "the newest");
});

test("an opened record goes to the form that sends, and what the filter finds into a file", async () => {
  const topic = await makeTopic("taken");
  await ktOk(["produce", topic, "one", "two", "-k", "k"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#topics/${topic}/records?open=0:1&key=k`);
  const { page } = visited;
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export as CSV" }).click()]);
  expect(download.suggestedFilename()).toBe(`${topic}.csv`);
  expect((await Bun.file(await download.path()).text()).split("\r\n").map((line) => line.split(",").slice(-3, -1))).toEqual([
    ["headers", "value"],
    ["", "one"],
    ["", "two"],
    [],
  ]);
  await opened(page, "0:1").getByRole("button", { name: "Again" }).click();
  await page.waitForURL(/#topics\/[^/]+\/send$/);
});

test("a chart is kept as CSV", async () => {
  const topic = await makeTopic("charted");
  await ktOk(["produce", topic, '{"load": 1.5}']);
  await Bun.sleep(20);
  await ktOk(["produce", topic, '{"load": -2}']);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  await page.getByRole("dialog").getByRole("tab", { name: "Charts" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Chart of ${topic} as CSV` }).click()]);
  const text = await Bun.file(await download.path()).text();
  expect(text).toMatch(/^time,load\r\n\d{4}-[^,]+Z,1.5\r\n\d{4}-[^,]+Z,-2\r\n$/);
});

test("axe-core finds nothing serious in the list, in a search and in an opened record, on a desk and on a phone", async () => {
  const topic = await makeTopic("axe", "--partitions", "2");
  await ktOk(["produce", topic, '{"a": {"b": [1, 2]}}', '{"a": 2}', "-k", "k", "-H", "h=v"]);
  await using served = await serve();
  await using visited = await visit(`${served.url}/healthz`);
  for (const [width, height, colorScheme] of [
    [1440, 900, "dark"],
    [390, 844, "light"],
  ] as const) {
    const page = await visited.newPage({ viewport: { width, height }, colorScheme });
    for (const [query, ready] of [
      ["", ".topic-records a"],
      ["?contains=a", ".search-progress"],
      ["?from=2026-01-31T12:00:00Z", ".begin input"],
    ] as const) {
      await page.goto(`${served.url}/#topics/${topic}/records${query}`, { waitUntil: "commit" });
      await page.locator(ready).first().waitFor();
      expect(await faults(page)).toEqual([]);
    }
    await page.goto(`${served.url}/#topics/${topic}`, { waitUntil: "commit" });
    await rows(page).first().click();
    await page.locator(".facts-list").waitFor();
    expect(await faults(page)).toEqual([]);
  }
});
