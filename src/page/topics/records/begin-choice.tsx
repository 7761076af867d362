/** Where the list begins: at the newest, or at a place that is chosen. */
import { useState } from "preact/hooks";
import { TypedField } from "../../parts/typed-field.tsx";

const kinds = { newest: "Newest first", start: "Oldest first", offset: "From offset", time: "From time", tail: "Last of each partition" } as const;
type Kind = keyof typeof kinds;

interface Props {
  from: string;
  onChoose(from: string): void;
}

export function BeginChoice({ from, onChoose }: Props) {
  const [kind, setKind] = useState<Kind>(kindOf(from));
  const choose = (next: Kind) => {
    setKind(next);
    if (next === "newest") onChoose("");
    else if (next === "start") onChoose("start");
    else if (next === "tail") onChoose("-100");
    else onChoose(next === "offset" ? "0" : new Date(Date.now() - 3_600_000).toISOString());
  };
  return (
    <div class="field begin">
      <label>
        <span>Begin</span>
        <select aria-label="Begin" value={kind} onChange={({ currentTarget }) => choose(currentTarget.value as Kind)}>
          {(Object.keys(kinds) as Kind[]).map((one) => (
            <option key={one} value={one}>
              {kinds[one]}
            </option>
          ))}
        </select>
      </label>
      {kind === "time" ? (
        <TypedField
          type="datetime-local"
          step="1"
          aria-label="Time to begin at"
          value={localText(from)}
          onDone={(text) => text && onChoose(new Date(text).toISOString())}
        />
      ) : (
        (kind === "offset" || kind === "tail") && (
          <TypedField
            type="text"
            inputMode={kind === "offset" ? "numeric" : "text"}
            aria-label={kind === "offset" ? "Offset to begin at" : "How many"}
            value={kind === "tail" ? from.replace(/^-/, "") : from}
            onDone={(text) => onChoose(kind === "tail" ? `-${text.replace(/^-/, "")}` : text)}
          />
        )
      )}
    </div>
  );
}

function kindOf(from: string): Kind {
  if (from === "") return "newest";
  if (from === "start") return "start";
  if (/^-\d/.test(from)) return "tail";
  return /^@|^\d{4}-\d\d-|^\d{12,}$/.test(from) ? "time" : "offset";
}

/** As the field wants it, in the reader's time zone. */
function localText(from: string): string {
  const given = from.replace(/^@/, "");
  const at = new Date(/^\d+$/.test(given) ? Number(given) : given);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
