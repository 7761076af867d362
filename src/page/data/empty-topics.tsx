/** The topics that there is nothing to show of, by name. */
import type { TopicSummary } from "../../protocol/server-message.ts";
import { countText, plural } from "../parts/words.ts";
import { writeTopicsPlace } from "../topics/place.ts";

/** More are folded away: a broker may have hundreds. */
const shownOpen = 12;
/** and thousands, which are in the list. */
const mostNamed = 200;

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
          {topics.slice(0, mostNamed).map(({ name }) => (
            <li key={name}>{name}</li>
          ))}
          {topics.length > mostNamed && (
            <li>
              and {countText(topics.length - mostNamed)} more in <a href={writeTopicsPlace({})}>the list of topics</a>
            </li>
          )}
        </ul>
      </details>
    </section>
  );
}
