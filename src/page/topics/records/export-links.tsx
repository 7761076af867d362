/** What the filter finds in all of the log, as a file. */
import { useState } from "preact/hooks";
import { DownloadIcon } from "../../parts/icons.tsx";
import { downloadMade } from "../../parts/share.ts";
import { type AskedRecords, writeAsked } from "./asked.ts";

const formats = { ndjson: "NDJSON", csv: "CSV" } as const;

export function ExportLinks({ topic, asked }: { topic: string; asked: AskedRecords }) {
  const [trouble, setTrouble] = useState("");
  const query = writeAsked({ ...asked, live: false });
  return (
    <span class="export">
      {(Object.keys(formats) as (keyof typeof formats)[]).map((format) => (
        <button
          key={format}
          type="button"
          class="tool"
          title="All that the filter finds, not only what is listed: up to a million records"
          aria-label={`Export as ${formats[format]}`}
          onClick={() => {
            setTrouble("");
            downloadMade(`topics/${encodeURIComponent(topic)}/export?${new URLSearchParams([...query, ["format", format]])}`, setTrouble);
          }}
        >
          <DownloadIcon /> {formats[format]}
        </button>
      ))}
      {trouble && <span role="alert">{trouble}</span>}
    </span>
  );
}
