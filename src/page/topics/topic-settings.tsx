/** A topic's settings that are not Kafka's defaults, with what they mean. */
import { useState } from "preact/hooks";
import type { Setting, SettingsAnswer } from "../../protocol/topic-answers.ts";
import { plural } from "../parts/words.ts";
import { type Column, FactTable } from "./cluster/fact-table.tsx";
import { Told } from "./cluster/told.tsx";
import { useAnswer } from "./cluster/use-answer.ts";

/** They change seldom. */
const everyMs = 10_000;

export function TopicSettings({ name }: { name: string }) {
  const [all, setAll] = useState(false);
  const answered = useAnswer<SettingsAnswer>(`/topics/${encodeURIComponent(name)}/settings${all ? "?all=1" : ""}`, everyMs);
  const { answer } = answered;
  return (
    <section class="cluster" aria-label={`Settings of ${name}`}>
      <label class="soft">
        <input type="checkbox" checked={all} onChange={({ currentTarget }) => setAll(currentTarget.checked)} /> Those with their default, too
      </label>
      <Told answered={answered} />
      {answer && answer.settings.length === 0 && <p class="soft">Every setting has its default ({plural(answer.defaults, "setting")}).</p>}
      {answer && answer.settings.length > 0 && (
        <FactTable label={`Settings of ${name}`} columns={columns} rows={answer.settings} keyOf={(setting) => setting.name} />
      )}
    </section>
  );
}

const setters: Record<Setting["setBy"], string> = {
  topic: "this topic",
  broker: "its broker",
  "all brokers": "all brokers",
  default: "nobody",
  unknown: "not told",
};

const columns: Column<Setting>[] = [
  { title: "Setting", cell: ({ name }) => <code>{name}</code> },
  {
    title: "Value",
    cell: ({ value, readable }) => (
      <>
        <code>{value === "" ? "(empty)" : value}</code>
        {readable && <small>{readable}</small>}
      </>
    ),
  },
  { title: "Set by", cell: ({ setBy }) => setters[setBy] },
  { title: "Meaning", isWide: true, cell: ({ meaning }) => meaning ?? "–" },
];
