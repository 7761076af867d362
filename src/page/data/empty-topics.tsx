/** The topics that there is nothing to show of, by name. */
import type { TopicSummary } from "../../protocol/server-message.ts";
import { plural } from "../parts/words.ts";

/** More are folded away: a broker may have hundreds. */
const shownOpen = 12;

export function EmptyTopics({ topics, covered }: { topics: TopicSummary[]; covered: boolean }) {
  if (topics.length === 0) return null;
  return (
    <section class="quiet" aria-label="Topics without records" inert={covered}>
      <details open={topics.length <= shownOpen}>
        <summary>
          {plural(topics.length, "topic")}{" "}
          {topics.every(({ records, leaderless }) => records === 0 && leaderless === 0) ? "without records" : "with nothing to show"}
        </summary>
        <ul>
          {topics.map(({ name }) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}
