/** The headers of a record that is written: as many as one likes. */
import type { GivenRecord } from "./given-record.ts";

interface Props {
  headers: GivenRecord["headers"];
  onChange(headers: GivenRecord["headers"]): void;
}

export function HeaderFields({ headers, onChange }: Props) {
  const put = (at: number, header: [string, string]) => onChange(headers.with(at, header));
  return (
    <fieldset class="headers">
      <legend>Headers</legend>
      {headers.map(([name, value], i) => (
        <div class="header" key={i}>
          <input
            aria-label={`Name of header ${i + 1}`}
            required
            placeholder="name"
            value={name}
            onInput={({ currentTarget }) => put(i, [currentTarget.value, value])}
          />
          <input
            aria-label={`Value of header ${i + 1}`}
            placeholder="value"
            value={value}
            onInput={({ currentTarget }) => put(i, [name, currentTarget.value])}
          />
          <button type="button" class="tool" aria-label={`Remove header ${i + 1}`} onClick={() => onChange(headers.toSpliced(i, 1))}>
            Remove
          </button>
        </div>
      ))}
      <button type="button" class="tool" onClick={() => onChange([...headers, ["", ""]])}>
        Add a header
      </button>
    </fieldset>
  );
}
