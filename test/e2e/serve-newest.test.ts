/** Of a topic with more than kt serve reads for a viewer, the newest is what is read. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, ktOk, makeTopic, serve } from "./support/kt.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

const partitions = 12;
const each = 16_667;
const keys = 40;

interface Row {
  key: string;
  value: string;
  partition: number;
  offset: number;
}

test("a table and a search of twelve long partitions have the newest of each, and say how much they did not read", async () => {
  const topic = await makeTopic("newest", "--partitions", String(partitions));
  const filler = "x".repeat(270);
  for (let partition = 0; partition < partitions; partition++) {
    const lines = Array.from(
      { length: each },
      (_, i) => `p${partition}-${i % keys}:{"n":${i},"last":"${i === each - 1 ? `end-of-${partition}` : ""}","f":"${filler}"}`,
    );
    await ktOk(["produce", topic, "-p", String(partition), "-K", ":"], { stdin: lines.join("\n"), timeoutMs: 60_000 });
  }
  await using served = await serve();
  await eventually(async () => (await (await fetch(`${served.url}/topics/${topic}`)).json()).records === partitions * each, "the topic is known");
  await using socket = await openSocket(served.url);
  socket.send({ type: "table", panel: 1, topic, by: null });
  const rows = (await socket.waitFor(({ type, panel }) => type === "rows" && panel === 1)) as unknown as { records: Row[]; missing: { unread: number } };
  const newest = new Map(rows.records.map(({ key, offset }) => [key, offset]));
  for (let partition = 0; partition < partitions; partition++)
    for (let i = 0; i < keys; i++) {
      const last = each - 1 - ((each - 1 - i) % keys);
      expect([partition, i, newest.get(`p${partition}-${i}`)]).toEqual([partition, i, last]);
    }
  expect(rows.missing.unread).toBeGreaterThan(50_000);
  expect(rows.missing.unread).toBeLessThan(partitions * each);

  for (const partition of [0, 7, 11]) {
    const panel = 10 + partition;
    socket.send({ type: "tail", panel, topic, filter: { key: "", text: `end-of-${partition}"` } });
    const found = (await socket.waitFor((message) => message.type === "records" && message.panel === panel)) as unknown as { records: Row[]; looked: number };
    expect(found.records.map(({ partition: its, offset }) => [its, offset])).toEqual([[partition, each - 1]]);
    expect(found.looked).toBeWithin(10_000, partitions * each);
  }
});
