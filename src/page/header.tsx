/** What this page is, where its records come from, and how much comes. */
import type { TopicSummary } from "../http/protocol.ts";
import type { BrokerMessage, Link } from "./connection.ts";
import { Mark } from "./icons.tsx";
import { plural, rateText } from "./words.ts";

export function Header({ link, broker, topics, covered }: { link: Link; broker: BrokerMessage | null; topics: TopicSummary[] | null; covered: boolean }) {
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
          {broker.brokers}
        </span>
      )}
      {topics && (
        <span class="totals">
          <span>{plural(topics.length, "topic")}</span>
          <span>
            {rateText(well ? rate : 0).replace("/s", "")} <abbr title="records a second">rec/s</abbr>
          </span>
        </span>
      )}
    </header>
  );
}
