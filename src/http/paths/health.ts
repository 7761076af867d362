/** For those who keep it running. */
import type { BrokerState } from "../../hub/topics/catalogue.ts";
import { problem } from "../answers.ts";
import { endpoint } from "../endpoint.ts";

const ok = () => new Response("ok\n", { headers: { "Cache-Control": "no-store" } });

export const healthz = endpoint({ summary: "Whether kt runs", query: {}, effect: "light", produces: ["text/plain"], open: true, answer: ok });

export const readyz = endpoint({
  summary: "Whether the broker answers; 503 where it does not",
  query: {},
  effect: "light",
  produces: ["text/plain"],
  answer: (_asked, { catalogue: { broker } }) => (broker.up ? ok() : away(broker)),
});

/** What is answered in a broker's place. */
export function away({ waiting, message }: BrokerState): Response {
  return problem(503, waiting ? `kt waits for Kafka. ${message}` : message);
}
