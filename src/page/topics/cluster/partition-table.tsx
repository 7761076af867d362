/** Where a group is in each partition, and how far behind. */
import type { GroupPartition } from "../../../protocol/topic-answers.ts";
import { writeTopicsPlace } from "../place.ts";
import { type Column, FactTable } from "./fact-table.tsx";
import { placeNote, sumTrend } from "./lag-words.ts";
import { TrendLine } from "./trend-line.tsx";

interface Props {
  group: string;
  partitions: GroupPartition[];
  timesMs: number[];
  lag: number | null;
  /** Of more topics than one. */
  withTopics?: boolean;
}

export function PartitionTable({ group, partitions, timesMs, lag, withTopics = false }: Props) {
  const topic: Column<GroupPartition> = {
    title: "Topic",
    cell: ({ topic }) => <a href={writeTopicsPlace({ topic, tab: "groups" })}>{topic}</a>,
    sum: "All",
  };
  const columns: Column<GroupPartition>[] = [
    ...(withTopics ? [topic] : []),
    { title: "Partition", isNumber: withTopics, cell: ({ partition }) => partition, ...(withTopics ? {} : { sum: "All" }) },
    { title: "Committed", hint: "The offset of the next record that the group reads", isNumber: true, cell: ({ committed }) => committed ?? "–" },
    { title: "End", hint: "The offset that the next record will have", isNumber: true, cell: ({ high }) => high ?? "–" },
    {
      title: "Lag",
      hint: "Records that are still to be read",
      isNumber: true,
      cell: (place) => <Lag place={place} />,
      sum: lag === null ? "–" : lag.toLocaleString("en"),
    },
    {
      title: "Over the last minutes",
      isWide: true,
      cell: ({ trend }) => <TrendLine timesMs={timesMs} trend={trend} />,
      sum: <TrendLine timesMs={timesMs} trend={sumTrend(partitions.map(({ trend }) => trend))} />,
    },
    {
      title: "Member",
      hint: "The client id of who reads it",
      cell: ({ member }) => (member === null ? <span class="soft">nobody</span> : <bdi>{member}</bdi>),
    },
  ];
  return <FactTable label={`Where ${group} is`} columns={columns} rows={partitions} keyOf={({ topic, partition }) => `${topic}/${partition}`} />;
}

function Lag({ place }: { place: GroupPartition }) {
  const note = placeNote(place);
  return (
    <>
      {place.lag === null ? "–" : place.lag.toLocaleString("en")}
      {note && <small class="warn">{note}</small>}
    </>
  );
}
