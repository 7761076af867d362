/** A group that reads a topic. */
import { useState } from "preact/hooks";
import type { GroupDetail } from "../../../protocol/topic-answers.ts";
import { countText, plural } from "../../parts/words.ts";
import { writeTopicsPlace } from "../place.ts";
import { sumTrend } from "./lag-words.ts";
import { MemberTable } from "./member-table.tsx";
import { PartitionTable } from "./partition-table.tsx";
import { TrendLine } from "./trend-line.tsx";

interface Props {
  topic: string;
  group: GroupDetail;
  timesMs: number[];
  /** There are few others. */
  open: boolean;
}

export function GroupCard({ topic, group: its, timesMs, open }: Props) {
  const { group, members, partitions, lag } = its;
  // A topic may have hundreds of groups, of hundreds of partitions each.
  const [isOpen, setOpen] = useState(open);
  return (
    <details class="group-card" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h3>
          <bdi>{group}</bdi>
        </h3>
        <GroupFacts group={its} />
        <span class="lag">
          {lag === null ? "lag unknown" : `${countText(lag)} behind`}
          <TrendLine timesMs={timesMs} trend={sumTrend(partitions.map(({ trend }) => trend))} />
        </span>
      </summary>
      {isOpen && (
        <>
          <PartitionTable group={group} partitions={partitions} timesMs={timesMs} lag={lag} />
          <MemberTable group={group} members={members} />
          <p>
            <a href={writeTopicsPlace({ topic, tab: "groups", query: new URLSearchParams({ group }) })}>
              All that <bdi>{group}</bdi> reads
            </a>
          </p>
        </>
      )}
    </details>
  );
}

/** Its state in words. */
export function GroupFacts({ group: { state, type, members, unknown, trouble } }: { group: GroupDetail }) {
  return (
    <span class="soft">
      {state}, {plural(members.length, "member")}
      {type === "Consumer" && ", protocol consumer"}
      {unknown > 0 && `, of ${plural(unknown, "partition")} the lag is not known`}
      {trouble !== null && <span class="warn"> {trouble}</span>}
    </span>
  );
}
