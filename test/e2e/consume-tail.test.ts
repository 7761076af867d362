/** The last N are records, whatever else has offsets: markers of transactions, aborted records, holes. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { kt, ktOk, makeTopic, serve, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

const committed = (topic: string, ...values: string[]) => ktOk(["produce", topic, "--transaction", ...values]);

/**
 * A line that is no envelope makes kt give the transaction up, which leaves its records and a marker behind: those that
 * were sent by then. On a busy machine it may be that none was, and it is done again.
 */
async function aborted(topic: string, count: number): Promise<void> {
  const end = async () =>
    (JSON.parse((await ktOk(["topic", "describe", topic, "--json"])).stdout) as { partitions: { high: number }[] }).partitions[0]?.high ?? 0;
  const before = await end();
  const lines = Array.from({ length: count }, (_, i) => `{"value":"aborted ${i} ${"x".repeat(10_000)}"}\n`).join("");
  do expect((await kt(["produce", topic, "--json", "--transaction"], { stdin: `${lines}no envelope\n` })).code).toBe(1);
  while ((await end()) < before + 2);
}

async function mixed(): Promise<string> {
  const topic = await makeTopic("tail");
  for (const value of ["a", "b", "c"]) await committed(topic, value);
  await aborted(topic, 200);
  await committed(topic, "d", "e");
  await aborted(topic, 300);
  return topic;
}

test("--from -N and --until -N", async () => {
  const topic = await mixed();
  const consumed = async (...args: string[]) => (await ktOk(["consume", topic, ...args])).stdout.split("\n").slice(0, -1).join(" ");
  expect(await consumed("--from", "-1", "--exit")).toBe("e");
  expect(await consumed("--from", "-2", "--exit")).toBe("d e");
  expect(await consumed("--from", "-2", "-n", "2")).toBe("d e");
  expect(await consumed("--from", "-4", "--exit")).toBe("b c d e");
  expect(await consumed("--from", "-5", "--exit")).toBe("a b c d e");
  expect(await consumed("--from", "-600", "--exit")).toBe("a b c d e");
  expect(await consumed("--until", "-2")).toBe("a b c");
  expect(await consumed("--from", "0=-3", "--exit")).toBe("c d e");
  // Who asks for unfinished and aborted ones counts them.
  expect(await consumed("--from", "-1", "--exit", "--isolation", "uncommitted")).toStartWith("aborted ");
});

test("each of several partitions has its own, and an empty one has none", async () => {
  const topic = await makeTopic("tails", "-p", "3");
  for (const partition of ["0", "2"]) for (const value of ["1", "2", "3"]) await committed(topic, `${partition}:${value}`, "-p", partition);
  const { stdout } = await ktOk(["consume", topic, "--from", "-2", "--exit"]);
  expect(stdout.split("\n").slice(0, -1).sort()).toEqual(["0:2", "0:3", "2:2", "2:3"]);
});

test("a topic of aborted records only has none", async () => {
  const topic = await makeTopic("none");
  await aborted(topic, 300);
  expect((await ktOk(["consume", topic, "--from", "-2", "--exit"])).stdout).toBe("");
});

test("kt serve, kt group seek and kt topic empty count the same", async () => {
  const topic = await mixed();
  {
    await using served = await serve();
    const records = (await (await fetch(`${served.url}/topics/${topic}/records?from=-2`)).json()) as { value: string }[];
    expect(records.map(({ value }) => value)).toEqual(["d", "e"]);
  }
  const group = uniqueName("group");
  await ktOk(["group", "seek", group, "-3", "--topic", topic, "--yes"]);
  expect((await ktOk(["consume", topic, "--group", group, "--exit"])).stdout).toBe("c\nd\ne\n");
  await ktOk(["topic", "empty", topic, "--before", "-2", "--yes"]);
  expect((await ktOk(["consume", topic, "--exit"])).stdout).toBe("d\ne\n");
});

test("times of any size go through a pipe with all their digits", async () => {
  const settings = ["--config", "message.timestamp.after.max.ms=9223372036854775807", "--config", "retention.ms=-1"];
  const [from, to] = [await makeTopic("times", ...settings), await makeTopic("times", ...settings)];
  const times = ["1795859469000000000", "4611686018427387904", "9223372036854775807", "9007199254740993", "0", "1", "-5", "null"];
  await ktOk(["produce", from, "--json"], { stdin: times.map((time) => `{"value":"v","timestamp":${time}}\n`).join("") });
  const { stdout } = await ktOk(["consume", from, "--exit", "--json"]);
  const printed = (text: string) => [...text.matchAll(/"timestamp":([^,]+)/g)].map(([, time]) => time);
  expect(printed(stdout)).toEqual(times);
  await ktOk(["produce", to, "--json"], { stdin: stdout });
  expect(printed((await ktOk(["consume", to, "--exit", "--json"])).stdout)).toEqual(times);
  expect((await ktOk(["consume", to, "--exit", "-f", "%T %T{rfc3339}\\n"])).stdout.split("\n").slice(2, 5)).toEqual([
    "9223372036854775807 9223372036854775807",
    "9007199254740993 9007199254740993",
    "0 1970-01-01T00:00:00.000Z",
  ]);
  await using served = await serve();
  expect(printed(await (await fetch(`${served.url}/topics/${to}/records`)).text()).sort()).toEqual([...times].sort());
});
