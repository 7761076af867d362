/** For those who keep it running. */
import { problem } from "./answers.ts";
import { endpoint } from "./endpoint.ts";

const ok = () => new Response("ok\n", { headers: { "Cache-Control": "no-store" } });

export const healthz = endpoint({ summary: "Whether kt runs", query: {}, effect: "light", produces: ["text/plain"], open: true, answer: ok });

export const readyz = endpoint({
  summary: "Whether the broker answers; 503 where it does not",
  query: {},
  effect: "light",
  produces: ["text/plain"],
  answer: (_asked, { catalogue: { broker } }) => (broker.up ? ok() : problem(503, broker.message)),
});
