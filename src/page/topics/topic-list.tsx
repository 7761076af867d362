/** All topics and streams, found by a few letters. */
import type { TopicSummary } from "../../protocol/server-message.ts";
import { type TopicsPlace, writeTopicsPlace } from "./place.ts";

interface Props {
  place: TopicsPlace;
  topics: TopicSummary[];
}

export function TopicList({ topics }: Props) {
  return (
    <section class="topic-list" aria-labelledby="topics">
      <h2 id="topics">Topics</h2>
      <ul>
        {topics.map(({ name }) => (
          <li key={name}>
            <a href={writeTopicsPlace({ topic: name })}>{name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
