/** What topics there are, as JSON. */
import { KtError } from "../../errors.ts";
import { json } from "../answers.ts";
import { endpoint } from "../endpoint.ts";
import { integer } from "../query.ts";

export const topics = endpoint({
  summary: "All topics: what is in them, their streams, and how fast they grow",
  query: {
    bytes: integer("1 says what each takes on disk as well (bytes, as the leaders of its partitions have it), no older than 10 s", { least: 0, most: 1 }, 0),
  },
  effect: "light",
  produces: ["application/json"],
  async answer({ query }, { catalogue, sizes }) {
    if (query.bytes === 0) return json(catalogue.topics);
    const bytes = await sizes.of(catalogue.infos);
    return json(catalogue.topics.map((topic) => ({ ...topic, bytes: bytes.get(topic.name) ?? null })));
  },
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
