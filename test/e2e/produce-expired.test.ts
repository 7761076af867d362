/** A request whose answer is lost while its oldest records wait too long: no record is stored twice. */
import { expect, test } from "bun:test";
import { freePort, OwnBroker } from "./support/broker.ts";
import { kafkaProxy } from "./support/kafka-proxy.ts";
import { kt, ktOk } from "./support/kt.ts";

const mostWaitMs = 3000;

test("what the broker stored and could not say so before its oldest record was given up is not sent again in another epoch", async () => {
  const port = freePort();
  await using broker = await OwnBroker.start("--set", `advertised.listeners=BROKER://127.0.0.1:${port}`);
  const topic = "expired";
  let requests = 0;
  let heldMs = 0;
  let unanswered: number | undefined;
  using _proxy = kafkaProxy(port, Number(broker.address.split(":")[1]), {
    produce(request) {
      if (++requests <= 5) return [request];
      heldMs ||= performance.now();
      // The broker is away until the first ones are given up.
      if (performance.now() - heldMs < mostWaitMs - 500) return [];
      unanswered ??= request.readInt32BE(8);
      return [request];
    },
    answer: (response) => (response.readInt32BE(4) === unanswered ? [] : [response]),
  });

  const brokers = ["--brokers", `127.0.0.1:${port}`];
  await ktOk(["topic", "create", topic, ...brokers]);
  const lines = Array.from({ length: 80 }, (_, i) => String(i));
  const options = ["--rate", "10", "-X", "linger.ms=0", "-X", `message.timeout.ms=${mostWaitMs}`];
  const { code, stderr } = await kt(["produce", topic, ...brokers, ...options], { stdin: `${lines.join("\n")}\n` });
  expect(unanswered).toBeDefined();
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("not delivered") });
  const { stdout } = await ktOk(["consume", topic, "--from", "start", "--exit", ...brokers]);
  const stored = stdout.trim().split("\n").map(Number);
  expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
  // Those before and those after are there.
  expect(stored).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 79]));
});
