/** A group with all that it reads. */
import type { GroupAnswer } from "../../../protocol/topic-answers.ts";
import { plural } from "../../parts/words.ts";
import { writeTopicsPlace } from "../place.ts";
import { GroupFacts } from "./group-card.tsx";
import { MemberTable } from "./member-table.tsx";
import { PartitionTable } from "./partition-table.tsx";
import { Told } from "./told.tsx";
import { useAnswer } from "./use-answer.ts";

const everyMs = 5000;

export function GroupView({ topic, group }: { topic: string; group: string }) {
  const answered = useAnswer<GroupAnswer>(`/groups/${encodeURIComponent(group)}`, everyMs);
  const { answer } = answered;
  return (
    <section class="cluster" aria-labelledby="group-name">
      <h3 id="group-name">
        <a href={writeTopicsPlace({ topic, tab: "groups" })}>Groups of {topic}</a> <span aria-hidden="true">/</span> <bdi>{group}</bdi>
      </h3>
      <Told answered={answered} />
      {answer && (
        <>
          <p>
            <GroupFacts group={answer} />
            {answer.assignor !== "" && <span class="soft">, partitions given out by {answer.assignor}</span>}
          </p>
          <MemberTable group={group} members={answer.members} />
          {answer.partitions.length === 0 ? (
            <p class="soft">It has no place in any topic.</p>
          ) : (
            <>
              <p>
                {answer.lag === null ? "How far it is behind is not known" : `${plural(answer.lag, "record")} behind`} in {topicsText(answer)}.
              </p>
              <PartitionTable withTopics group={group} partitions={answer.partitions} timesMs={answer.trendTimesMs} lag={answer.lag} />
            </>
          )}
        </>
      )}
    </section>
  );
}

const topicsText = ({ partitions }: GroupAnswer) =>
  `${plural(partitions.length, "partition")} of ${plural(new Set(partitions.map(({ topic }) => topic)).size, "topic")}`;
