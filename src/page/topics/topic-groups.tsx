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
  return group ? <GroupView topic={name} group={group} /> : <Readers name={name} />;
}

function Readers({ name }: { name: string }) {
  const answered = useAnswer<TopicGroupsAnswer>(`/topics/${encodeURIComponent(name)}/groups`, everyMs);
  const groups = answered.answer?.groups ?? [];
  // Whoever is furthest behind is looked for first.
  const sorted = groups.toSorted((a, b) => (b.lag ?? -1) - (a.lag ?? -1) || (a.group < b.group ? -1 : 1));
  const lag = groups.reduce((sum, group) => sum + (group.lag ?? 0), 0);
  return (
    <section class="cluster" aria-label={`Groups that read ${name}`}>
      <Told answered={answered} />
      {answered.answer && groups.length === 0 && (
        <p class="soft">
          No consumer group reads this topic. kt consume {name} --group NAME makes one; programs that keep their places elsewhere are not to be seen here.
        </p>
      )}
      {groups.length > 0 && (
        <p>
          {plural(groups.length, "group")} {groups.length === 1 ? "reads" : "read"} it, {plural(lag, "record")} behind{groups.length > 1 ? " in all" : ""}.
        </p>
      )}
      {sorted.map((group) => (
        <GroupCard key={group.group} topic={name} group={group} timesMs={answered.answer?.trendTimesMs ?? []} open={groups.length <= fewGroups} />
      ))}
    </section>
  );
}
