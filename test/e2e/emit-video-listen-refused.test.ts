/** kt emit-video that cannot wait for publishers, or waits where others can reach it: what it says. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { createSocket } from "node:dgram";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { freePort } from "./support/broker.ts";
import { kt, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

const key = "geheim-17";

test("a port that is taken: one sentence, and what to do", async () => {
  const taken = createServer();
  const udp = createSocket("udp4");
  try {
    await new Promise<void>((resolve) => taken.listen({ host: "127.0.0.1", port: 0 }, resolve));
    await new Promise<void>((resolve) => udp.bind({ address: "127.0.0.1", port: 0 }, resolve));
    for (const url of [`rtmp://127.0.0.1:${(taken.address() as AddressInfo).port}/live/${key}`, `srt://127.0.0.1:${udp.address().port}`]) {
      const { code, stderr } = await kt(["emit-video", url, "--listen", "--topic", uniqueName("listen-taken")]);
      expect(code).toBe(1);
      expectOneSentence(stderr);
      expect(stderr).toMatch(/Port \d+ of 127\.0\.0\.1 is taken.*ss -lntup/);
      expect(stderr).not.toContain(key);
    }
  } finally {
    taken.close();
    udp.close();
  }
});

test("an ffmpeg without SRT is told of in one sentence, and kt does not wait for ever", async () => {
  await using folder = await tempFolder();
  // As one without it answers.
  const ffmpeg = join(folder.path, "ffmpeg-without-srt");
  await Bun.write(ffmpeg, '#!/bin/sh\nfor word; do case $word in srt:*) echo "[error] $word: Protocol not found" >&2; exit 1;; esac; done\nexit 1\n');
  await run(["chmod", "+x", ffmpeg]);
  const { code, stderr } = await kt(["emit-video", `srt://127.0.0.1:${freePort()}`, "--listen", "--ffmpeg", ffmpeg, "--topic", uniqueName("listen-none")]);
  expect(code).toBe(1);
  expect(stderr).toContain("kt: This ffmpeg knows no SRT");
});

test("beyond this machine it says who can send", async () => {
  const port = freePort();
  await using waiting = startKt(["emit-video", `rtmp://0.0.0.0:${port}/live/${key}`, "--listen", "--topic", uniqueName("listen-open")]);
  await waiting.stderr.waitFor(/waiting for a publisher/);
  expect(waiting.stderr.text).toContain("live: listens on all addresses of this machine");
  expect(await waiting.stop()).toBe(0);
});
