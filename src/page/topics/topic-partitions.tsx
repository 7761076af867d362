/** A topic's partitions: who leads them, and what they hold. */
import type { PartitionsAnswer } from "../../protocol/topic-answers.ts";
import { bytesText } from "../../words.ts";
import { countText, plural } from "../parts/words.ts";
import { type Column, FactTable } from "./cluster/fact-table.tsx";
import { Told } from "./cluster/told.tsx";
import { useAnswer } from "./cluster/use-answer.ts";

type Partition = PartitionsAnswer["partitions"][number];

const everyMs = 5000;

export function TopicPartitions({ name }: { name: string }) {
  const answered = useAnswer<PartitionsAnswer>(`/topics/${encodeURIComponent(name)}/partitions`, everyMs);
  const { answer } = answered;
  return (
    <section class="cluster" aria-label={`Partitions of ${name}`}>
      <Told answered={answered} />
      {answer && (
        <>
          <Summary answer={answer} />
          <FactTable label={`Partitions of ${name}`} columns={columnsOf(answer)} rows={answer.partitions} keyOf={({ id }) => String(id)} />
        </>
      )}
    </section>
  );
}

function Summary({ answer: { partitions, brokers } }: { answer: PartitionsAnswer }) {
  const leaderless = partitions.filter(({ leader }) => leader < 0).length;
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length;
  return (
    <p>
      {plural(partitions.length, "partition")} on {plural(brokers.length, "broker")}
      {leaderless > 0 && (
        <span class="warn">, {countText(leaderless)} without a leader: what they hold can neither be read nor written until a broker is back</span>
      )}
      {behind > 0 && <span class="warn">, {countText(behind)} with replicas that are not in sync</span>}
      {leaderless + behind === 0 && ", all replicas in sync"}.
    </p>
  );
}

function columnsOf({ partitions, brokers }: PartitionsAnswer): Column<Partition>[] {
  const addresses = new Map(brokers.map(({ id, address }) => [id, address]));
  const broker = (id: number) => <span title={addresses.get(id) ?? "This broker is not there"}>{id}</span>;
  const records = partitions.map(recordsOf);
  const sizes = partitions.map(({ bytes }) => bytes);
  return [
    { title: "Partition", cell: ({ id }) => id, sum: "All" },
    { title: "Leader", hint: "The broker that takes and gives its records", cell: ({ leader }) => (leader < 0 ? <b class="warn">none</b> : broker(leader)) },
    { title: "Replicas", hint: "The brokers that keep it, the preferred leader first", cell: ({ replicas }) => replicas.join(", ") },
    { title: "In sync", hint: "Those that have all of it", cell: (partition) => <InSync partition={partition} /> },
    { title: "First", hint: "The offset of the first record that is kept", isNumber: true, cell: ({ low }) => low ?? "–" },
    { title: "End", hint: "The offset that the next record will have", isNumber: true, cell: ({ high }) => high ?? "–" },
    { title: "Records", isNumber: true, cell: (partition) => textOf(recordsOf(partition), exactly), sum: textOf(total(records), exactly) },
    { title: "Size", hint: "On the leader's disk", isNumber: true, cell: ({ bytes }) => textOf(bytes, bytesText), sum: textOf(total(sizes), bytesText) },
  ];
}

function InSync({ partition: { replicas, isr } }: { partition: Partition }) {
  const missing = replicas.filter((id) => !isr.includes(id));
  return (
    <>
      {isr.join(", ") || "none"}
      {missing.length > 0 && <small class="warn">without {missing.join(", ")}</small>}
    </>
  );
}

const exactly = (count: number) => count.toLocaleString("en");
const recordsOf = ({ low, high }: Partition) => (low === null || high === null ? null : high - low);
/** Of those that are known. */
const total = (numbers: (number | null)[]) =>
  numbers.every((number) => number === null) ? null : numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0);
const textOf = (number: number | null, text: (number: number) => string) => (number === null ? "–" : text(number));
