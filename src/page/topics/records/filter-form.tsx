/** Which of a topic's records are shown: what is typed is asked for together, by Enter or the button. */
import { useEffect, useState } from "preact/hooks";
import { SearchIcon } from "../../parts/icons.tsx";
import type { AskedRecords } from "./asked.ts";
import { BeginChoice } from "./begin-choice.tsx";

interface Props {
  asked: AskedRecords;
  partitions: number;
  onAsk(asked: AskedRecords): void;
}

export function FilterForm({ asked, partitions, onAsk }: Props) {
  const [typed, setTyped] = useState(asked);
  const [expression, setExpression] = useState(asked.regex !== "");
  const given = JSON.stringify(asked);
  // Another link, or a step back, has other fields.
  useEffect(() => {
    setTyped(asked);
    setExpression(asked.regex !== "");
  }, [given]);
  const change = (more: Partial<AskedRecords>) => setTyped((before) => ({ ...before, ...more }));
  const text = typed.regex || typed.contains;
  const put = (value: string, isExpression: boolean) => change(isExpression ? { regex: value, contains: "" } : { regex: "", contains: value });
  const ask = (more: Partial<AskedRecords> = {}) => onAsk({ ...typed, ...more });
  return (
    <form
      class="record-filter"
      aria-label="Which records"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <label class="field wide">
        <span>Has</span>
        <input
          type="search"
          value={text}
          placeholder={expression ? "door-\\d+|(?i)alarm" : "Text in the key or the value"}
          spellcheck={false}
          autocomplete="off"
          aria-label={expression ? "Regular expression that the value matches" : "Text in the key or the value"}
          onInput={({ currentTarget }) => put(currentTarget.value, expression)}
        />
      </label>
      <label class="check" title="Read it as a regular expression, of the value">
        <input
          type="checkbox"
          checked={expression}
          onChange={({ currentTarget }) => {
            setExpression(currentTarget.checked);
            put(text, currentTarget.checked);
          }}
        />
        <span>Regex</span>
      </label>
      <label class="field">
        <span>Key</span>
        <input
          type="text"
          value={typed.key ?? ""}
          placeholder="exactly"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget: { value } }) => change({ key: value === "" ? null : value })}
        />
      </label>
      <label class="field">
        <span>Header</span>
        <input
          type="text"
          value={typed.header}
          placeholder="name=value"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => change({ header: currentTarget.value })}
        />
      </label>
      {partitions > 1 && (
        <label class="field">
          <span>Partition</span>
          <select aria-label="Partition" value={typed.partition} onChange={({ currentTarget: { value } }) => ask({ partition: value })}>
            <option value="">all</option>
            {Array.from({ length: partitions }, (_, partition) => (
              <option key={partition} value={String(partition)}>
                {partition}
              </option>
            ))}
          </select>
        </label>
      )}
      <BeginChoice key={asked.from} from={asked.from} onChoose={(from) => ask({ from, until: "", live: false })} />
      <button type="submit" class="tool on">
        <SearchIcon /> Search
      </button>
    </form>
  );
}
