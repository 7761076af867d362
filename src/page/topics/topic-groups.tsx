/** Who reads a topic, and how far behind. */
import type { TopicGroupsAnswer } from "../../protocol/topic-answers.ts";
import { plural } from "../parts/words.ts";
import { GroupCard } from "./cluster/group-card.tsx";
import { GroupView } from "./cluster/group-view.tsx";
import { Told } from "./cluster/told.tsx";
import { useAnswer } from "./cluster/use-answer.ts";
import { useTopicsPlace } from "./place.ts";

const everyMs = 5000;
/** Of so many all is shown at once. */
const fewGroups = 3;

export function TopicGroups({ name }: { name: string }) {
  const group = useTopicsPlace()?.query.get("group");
  // In a path, whichever way it is written, a browser takes these for folders.
  if (group === "." || group === "..") return <p class="soft">No browser can ask for a group of that name: kt group describe {group} shows it.</p>;
  return group ? <GroupView topic={name} group={group} /> : <Readers name={name} />;
}

function Readers({ name }: { name: string }) {
  const answered = useAnswer<TopicGroupsAnswer>(`/topics/${encodeURIComponent(name)}/groups`, everyMs);
  const { answer } = answered;
  const { groups, total, lag } = answer ?? { groups: [], total: 0, lag: 0 };
  return (
    <section class="cluster" aria-label={`Groups that read ${name}`}>
      <Told answered={answered} />
      {answer && total === 0 && (
        <p class="soft">
          No consumer group reads this topic. kt consume {name} --group NAME makes one; programs that keep their places elsewhere are not to be seen here.
        </p>
      )}
      {total > 0 && (
        <p>
          {plural(total, "group")} {total === 1 ? "reads" : "read"} it, {plural(lag, "record")} behind{total > 1 ? " in all" : ""}.
          {total > groups.length && ` The ${groups.length} that are furthest behind are shown.`}
        </p>
      )}
      {groups.map((group) => (
        <GroupCard key={group.group} topic={name} group={group} timesMs={answer?.trendTimesMs ?? []} open={total <= fewGroups} />
      ))}
    </section>
  );
}
