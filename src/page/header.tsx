/** What this page is, where its records come from, and how much comes. */
import type { ComponentChildren } from "preact";
import type { TopicSummary } from "../protocol/server-message.ts";
import type { BrokerMessage, Link } from "./connection.ts";
import { Mark } from "./parts/icons.tsx";
import { plural, rateText } from "./parts/words.ts";
import { writeTopicsPlace } from "./topics/place.ts";

interface Props {
  link: Link;
  broker: BrokerMessage | null;
  topics: TopicSummary[] | null;
  /** Something is shown large. */
  covered: boolean;
  children?: ComponentChildren;
}

export function Header({ link, broker, topics, covered, children }: Props) {
  const well = link === "open" && broker?.up !== false;
  const rate = topics?.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0) ?? 0;
  return (
    <header class="top" inert={covered}>
      <h1>
        <Mark /> kt
      </h1>
      {broker && (
        <span class="broker" title={well ? "Kafka answers" : "No answer"}>
          <i class={well ? "dot live" : "dot off"} />
          <span>{broker.brokers}</span>
        </span>
      )}
      {children}
      {/* Where the broker does not answer, none that is known is not none that there is. */}
      {topics && (well || topics.length > 0) && (
        <span class="totals">
          <a href={writeTopicsPlace({})}>{plural(topics.length, "topic")}</a>
          <span>
            {rateText(well ? rate : 0).replace("/s", "")} <abbr title="records a second">rec/s</abbr>
          </span>
        </span>
      )}
    </header>
  );
}
