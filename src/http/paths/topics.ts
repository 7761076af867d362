/** What topics there are, as JSON. */
import { KtError } from "../../errors.ts";
import { json } from "../answers.ts";
import { endpoint } from "../endpoint.ts";

export const topics = endpoint({
  summary: "All topics: what is in them, their streams, and how fast they grow",
  query: {},
  effect: "light",
  produces: ["application/json"],
  answer: (_asked, hub) => json(hub.catalogue.topics),
});

export const topic = endpoint({
  summary: "One topic",
  query: {},
  effect: "light",
  produces: ["application/json"],
  answer({ path }, hub) {
    const found = hub.catalogue.topic(path.topic ?? "");
    if (!found) throw new KtError({ code: "unknown_topic", message: `There is no topic '${path.topic}'.`, hint: "/topics lists them." });
    return json(found);
  },
});
