/** The addon under a garbage collector that runs at every chance: what is freed too early shows, and so does what is never freed. */
import { expect, test } from "bun:test";
import { brokers, root } from "./support/kt.ts";
import { run } from "./support/process.ts";

const rounds = 200;

test("hundreds of clients come and go, with every call that kt makes, in flat memory", async () => {
  const { code, stdout, stderr } = await run([process.execPath, `${root}test/e2e/addon-stress.ts`, brokers, String(rounds)], {
    env: { BUN_JSC_collectContinuously: "1" },
    timeoutMs: 500_000,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [early, late] = stdout.trim().split("\n").map(Number) as [number, number];
  expect(early).toBeGreaterThan(0);
  expect(late).toBeLessThan(early * 1.25);
}, 520_000);
