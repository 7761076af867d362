/** Every command without a broker: what is missing, where, and what to do. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { kt, tempFolder } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

const withoutBroker = (clip: string): string[][] => [
  ["topic", "list"],
  ["topic", "create", "t"],
  ["topic", "describe", "t"],
  ["produce", "t", "value"],
  ["consume", "t"],
  ["emit-video", clip],
  ["serve", "--port", "0"],
];

async function expectNoBroker(address: string): Promise<void> {
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 });
  const results = await Promise.all(withoutBroker(clip).map(async (args) => ({ args, ...(await kt(args, { env: { KT_BROKERS: address } })) })));
  for (const { args, code, stdout, stderr, ms } of results) {
    const what = args.join(" ");
    expect([what, code, stdout]).toEqual([what, 1, ""]);
    expectOneSentence(stderr);
    expect(stderr).toContain(address);
    expect(stderr).toMatch(/start a broker/i);
    expect(ms).toBeLessThan(10_000);
  }
}

test("no broker: every command says so within ten seconds, with the address and how to start one", async () => {
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const port = free.port;
  free.stop(true);
  await expectNoBroker(`127.0.0.1:${port}`);
});

test("a server that accepts and never answers is no broker either", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  try {
    await expectNoBroker(`127.0.0.1:${silent.port}`);
  } finally {
    silent.stop(true);
  }
});
