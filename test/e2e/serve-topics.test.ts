/** kt serve --topics: what is not listed is as if it were not there, by whatever way it is asked for. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { GenericSchema } from "valibot";
import { endpoints } from "../../src/http/routes.ts";
import { clientMessage } from "../../src/protocol/client-message.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, kt, ktOk, type Served, serve, tempFolder, uniqueName } from "./support/kt.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const prefix = uniqueName("seen");
const shown = `${prefix}-door`;
/** Both have the same length, and one of them is there. */
const secret = uniqueName("hidden");
const nowhere = uniqueName("nobody");
const key = "cellar";
let served: Served;

beforeAll(async () => {
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 4 });
  for (const topic of [shown, secret]) await ktOk(["emit-video", clip, "--topic", topic, "--name", key, "--codec", "h264", "--fast"]);
  served = await serve(brokers, "--topics", `${prefix}-*`, "--topics", "another");
  await eventually(async () => (await (await fetch(`${served.url}/topics`)).text()).includes(shown), "what is listed is there");
}, 120_000);
afterAll(() => served[Symbol.asyncDispose]());

/** What is told of a topic, with a word in place of its name. */
const without = (text: string, topic: string) => text.replaceAll(topic, "TOPIC").replaceAll(encodeURIComponent(topic), "TOPIC");

async function asked(topic: string, path: string, query: string, headers: Record<string, string>) {
  const gone = AbortSignal.timeout(20_000);
  const answer = await fetch(served.url + path.replace(":topic", topic) + query, { headers, signal: gone });
  const names = [...answer.headers.keys()].filter((name) => name !== "date").sort();
  return { path, query, status: answer.status, names, text: without(await answer.text(), topic) };
}

/** Values for what stands in a path besides the topic, such as a topic that is there has. */
const parts: Record<string, string[]> = {
  partition: ["0"],
  offset: ["0", "5"],
  part: ["init-0-0-0.mp4", "segment-0-0-60-0.m4s", "x"],
};

test("each path of the table answers for it as for a topic that nobody made", async () => {
  const ofTopics = Object.entries(endpoints).filter(([path]) => path.includes(":topic"));
  expect(ofTopics.length).toBeGreaterThan(6);
  for (const [path, { query }] of ofTopics) {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string).filter((name) => name !== "topic");
    // A path that is added has to be given values here.
    for (const name of names) expect([path, name, name in parts]).toEqual([path, name, true]);
    const paths = names.reduce((made, name) => made.flatMap((one) => (parts[name] as string[]).map((part) => one.replace(`:${name}`, part))), [path]);
    const group = "group" in query ? [`?group=${uniqueName("view")}`] : [];
    const queries = ["", `?key=${key}`, "?from=start&speed=100", "?at=0", "?start=0&end=9", "?partition=0&limit=1", ...group];
    for (const one of paths)
      for (const search of queries)
        for (const headers of [{}, { Accept: "text/event-stream" }] as Record<string, string>[]) {
          const hidden = await asked(secret, one, search, headers);
          expect(hidden).toEqual(await asked(nowhere, one, search, headers));
          expect([400, 404]).toContain(hidden.status);
        }
  }
});

test("what tells of all topics has nothing of it: /topics, /metrics, the page's socket, other topics' sentences", async () => {
  const everything = await Promise.all(
    Object.keys(endpoints)
      .filter((path) => !path.includes(":"))
      .map(async (path) => (await fetch(served.url + path)).text()),
  );
  const unknown = await (await fetch(`${served.url}/topics/${shown}/frame?key=none`)).text();
  await using page = await openSocket(served.url);
  const topics = await page.waitFor(({ type }) => type === "topics");
  for (const text of [...everything, unknown, JSON.stringify(topics), JSON.stringify(page.told)]) expect(text).not.toContain(secret);
  expect(JSON.stringify(topics)).toContain(shown);
  expect(served.process.stderr.text).not.toContain(secret);
});

/** Something that the schema takes. Names lead to values that mean something. */
function sampleOf(schema: GenericSchema, name: string, topic: string): unknown {
  const { type, ...rest } = schema as GenericSchema & Record<string, unknown>;
  switch (type) {
    case "literal":
      return rest.literal;
    case "string":
      return { topic, key, group: prefix }[name] ?? "";
    case "number":
      return 0;
    case "boolean":
      return true;
    case "nullable":
      return null;
    case "array":
      return [];
    case "union":
      return sampleOf((rest.options as GenericSchema[])[0] as GenericSchema, name, topic);
    case "object":
      return Object.fromEntries(Object.entries(rest.entries as Record<string, GenericSchema>).map(([field, its]) => [field, sampleOf(its, field, topic)]));
    default:
      throw new Error(`Nothing is known of ${type} here: say what a message may have in ${name}.`);
  }
}

/** One message of each kind, about a topic. */
function messagesAbout(topic: string): Record<string, unknown>[] {
  const all = clientMessage.options.map((option) => sampleOf(option as GenericSchema, "", topic) as Record<string, unknown>);
  const variants = all.flatMap((message) => {
    if (message.type !== "piece") return [message];
    const spot = { partition: 0, offset: 3, timestampMs: 0 };
    return [message, { ...message, at: { after: spot } }, { ...message, at: { before: spot } }];
  });
  return variants.filter((message) => message.topic === topic);
}

/** What a page of its own is told after a message, for a while. */
async function toldOf(topic: string, message: object): Promise<unknown[]> {
  await using page = await openSocket(served.url);
  await page.waitFor(({ type }) => type === "topics");
  page.send(message);
  await Bun.sleep(1200);
  const about = page.told.filter(({ type }) => type !== "topics" && type !== "broker");
  return [page.binaries, ...about.map((told) => JSON.parse(without(JSON.stringify(told), topic)))];
}

test("each message of the page's socket is answered for it as for a topic that nobody made", async () => {
  const kinds = messagesAbout(secret);
  expect(kinds.length).toBeGreaterThan(8);
  await Promise.all(
    kinds.map(async (message, i) => {
      const hidden = await toldOf(secret, message);
      expect([message, hidden]).toEqual([message, await toldOf(nowhere, messagesAbout(nowhere)[i] as object)]);
      expect(JSON.stringify(hidden)).not.toContain(key);
    }),
  );
  // And what is listed is answered by something else, so that the comparison means something.
  for (const message of messagesAbout(shown).filter(({ type }) => ["watch", "piece", "extent", "tail"].includes(String(type))))
    expect([message, await toldOf(shown, message)]).not.toEqual([message, await toldOf(nowhere, { ...message, topic: nowhere })]);
});

test("a group's place in it is neither told nor moved", async () => {
  const group = uniqueName("view");
  await ktOk(["group", "seek", group, "2", "--topic", secret, "--yes"]);
  await using page = await openSocket(served.url);
  page.send({ type: "seen", group, topic: secret, key, spot: { partition: 0, offset: 40, timestampMs: 0 } });
  page.send({ type: "place", request: 7, group, topic: secret, key });
  expect(await page.waitFor(({ request }) => request === 7)).toMatchObject({ type: "failed", message: expect.stringContaining("There is no topic") });
  await Bun.sleep(2500);
  expect(JSON.parse((await ktOk(["group", "describe", group, "--json"])).stdout).partitions[0].committed).toBe(2);
});

test("a pattern that is none is said", async () => {
  for (const [pattern, why] of [
    ["", "--topics must not be empty"],
    ["^(", "is no regular expression"],
  ] as const) {
    const { code, stderr } = await kt(["serve", "--port", "0", "--topics", pattern]);
    expect([pattern, code, stderr]).toEqual([pattern, 2, expect.stringContaining(why)]);
  }
});
