/** Looking into topics: the list of all, or one of them. */
import { useEffect } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { useKeys } from "../keys.ts";
import type { Layouts } from "../layout/layouts.ts";
import { forgetHandedOver, handedOver } from "./again.ts";
import { goTo, type TopicsPlace, topicTabs, writeTopicsPlace } from "./place.ts";
import { ProduceForm } from "./produce-form.tsx";
import { TopicGroups } from "./topic-groups.tsx";
import { TopicList } from "./topic-list.tsx";
import { TopicPartitions } from "./topic-partitions.tsx";
import { TopicRecords } from "./topic-records.tsx";
import { TopicSettings } from "./topic-settings.tsx";

export interface Props {
  connection: Connection;
  place: TopicsPlace;
  topics: TopicSummary[];
  layouts: Layouts;
}

export function TopicsPage({ connection, place, topics, layouts }: Props) {
  const { topic: name, tab } = place;
  useEffect(() => (tab === "send" ? forgetHandedOver : undefined), [name, tab]);
  useKeys({ Escape: () => goTo(name === null ? null : {}) });
  if (name === null) return <TopicList place={place} topics={topics} layouts={layouts} />;
  const topic = topics.find((one) => one.name === name);
  return (
    <section class="topic-page" aria-labelledby="topic-name">
      <h2 id="topic-name">
        <a class="all-topics" href={writeTopicsPlace({})}>
          Topics
        </a>{" "}
        <span aria-hidden="true">/</span> <bdi>{name}</bdi>
      </h2>
      <nav class="topic-tabs" aria-label={`Of ${name}`}>
        {topicTabs.map(({ id, title }) => (
          <a key={id} href={writeTopicsPlace({ topic: name, tab: id })} aria-current={id === tab ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {tab === "records" && <TopicRecords connection={connection} name={name} topic={topic} query={place.query} />}
      {tab === "partitions" && <TopicPartitions name={name} />}
      {tab === "groups" && <TopicGroups name={name} />}
      {tab === "settings" && <TopicSettings name={name} />}
      {tab === "send" && <ProduceForm topic={name} given={handedOver(name)} />}
    </section>
  );
}
