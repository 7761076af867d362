/** Who is in a group, from where, and what each reads. */
import type { GroupMember } from "../../../protocol/topic-answers.ts";
import { type Column, FactTable } from "./fact-table.tsx";
import { rangesText } from "./lag-words.ts";

interface Props {
  group: string;
  members: GroupMember[];
}

export function MemberTable({ group, members }: Props) {
  if (members.length === 0) return <p class="soft">Nobody is in this group now: it only has its places.</p>;
  const isStatic = members.some(({ instanceId }) => instanceId !== "");
  const columns: Column<GroupMember>[] = [
    { title: "Client", hint: "What the program calls itself (client.id)", cell: ({ clientId, id }) => <bdi title={id}>{clientId}</bdi> },
    { title: "Host", cell: ({ host }) => host },
    ...(isStatic ? [{ title: "Instance", hint: "group.instance.id", cell: ({ instanceId }: GroupMember) => <bdi>{instanceId || "–"}</bdi> }] : []),
    { title: "Reads", isWide: true, hint: "Its partitions of each topic", cell: ({ partitions }) => <Reads partitions={partitions} /> },
  ];
  return <FactTable label={`Members of ${group}`} columns={columns} rows={members} keyOf={({ id }) => id} />;
}

function Reads({ partitions }: Pick<GroupMember, "partitions">) {
  if (partitions.length === 0) return <span class="soft">nothing now: there are no partitions left for it, or they are being given out</span>;
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  return (
    <ul>
      {[...byTopic].map(([topic, its]) => (
        <li key={topic}>
          {topic}: {rangesText(its.map(({ partition }) => partition))}
        </li>
      ))}
    </ul>
  );
}
