/** One picture of a stream. */
import { newestPicture } from "../hub/viewer.ts";
import { problem } from "./answers.ts";
import { endpoint } from "./endpoint.ts";
import { text } from "./query.ts";

const newestWithinMs = 2000;

export const frame = endpoint({
  summary: "The newest picture of a stream",
  query: { key: text("The stream; without it the one whose picture is the newest") },
  produces: ["image/jpeg", "image/png"],
  async answer({ path: { topic = "" }, query: { key } }, hub) {
    const picture = await newestPicture(hub, topic, key, newestWithinMs);
    if (!picture) return problem(404, `Topic '${topic}' has no picture${key === undefined ? "" : ` of '${key}'`} near its end.`);
    return new Response(Buffer.from(picture.data), {
      headers: { "Content-Type": picture.type, "Cache-Control": "no-store", "X-Timestamp": String(picture.timestampMs), "X-Offset": String(picture.offset) },
    });
  },
});
