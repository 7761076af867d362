/** What can be done with an opened record: copied, kept as a file, linked to, sent again. */
import { useEffect, useState } from "preact/hooks";
import type { OpenedRecord } from "../../../protocol/opened-record.ts";
import { CopyIcon, DoneIcon, DownloadIcon, LinkIcon, OnIcon } from "../../parts/icons.tsx";
import { share } from "../../parts/share.ts";
import { handOver } from "../again.ts";
import { goTo } from "../place.ts";
import { valueUrl, writeSpot } from "./asked.ts";
import { isCut } from "./value-views.tsx";

/** What is copied is no more than a clipboard takes well. */
const mostCopiedBytes = 8 << 20;
const doneMs = 1500;

export function RecordActions({ record }: { record: OpenedRecord }) {
  const [said, setSaid] = useState({ what: "", done: false });
  const name = `${record.topic} ${writeSpot(record)}`;
  useEffect(() => setSaid({ what: "", done: false }), [name]);
  const copy = async (what: string, textOf: () => Promise<string>) => {
    const done = await textOf().then(share, () => false);
    setSaid({ what: done ? what : "The browser does not let this page copy", done });
    setTimeout(() => setSaid((before) => (before.what === what ? { what: "", done: false } : before)), doneMs);
  };
  const isText = record.encoding.value === "utf8" && record.encoding.key === "utf8";
  const isSmall = record.valueBytes <= mostCopiedBytes;
  const valueText = async () => (isCut(record, null) ? await (await fetch(valueUrl(record.topic, record))).text() : (record.value ?? ""));
  const again = async () => {
    const value = record.value === null ? null : await valueText();
    // A header of bytes cannot be typed.
    const headers = record.headers
      .filter(({ value, encoding }) => value !== null && encoding === "utf8")
      .map(({ name, value }): [string, string] => [name, value ?? ""]);
    handOver(record.topic, { key: record.key, value, headers });
    goTo({ topic: record.topic, tab: "send" });
  };
  return (
    <div class="record-actions">
      {record.value !== null && record.encoding.value === "utf8" && isSmall && <Action what="Value" done={said} onCopy={() => copy("Value", valueText)} />}
      <Action what="As JSON" done={said} onCopy={() => copy("As JSON", async () => envelopeText(record))} />
      <button type="button" class="tool" onClick={() => void copy("Link", async () => location.href)}>
        {said.done && said.what === "Link" ? <DoneIcon /> : <LinkIcon />} Link
      </button>
      {record.value !== null && (
        <a class="tool" href={valueUrl(record.topic, record)} download={`${record.topic}-${record.partition}-${record.offset}`}>
          <DownloadIcon /> Download
        </a>
      )}
      {isText && isSmall && (
        <button type="button" class="tool" title="Fills the form that sends, with this key, value and these headers" onClick={() => void again()}>
          <OnIcon /> Again
        </button>
      )}
      <span role="status">{!said.done && said.what}</span>
    </div>
  );
}

function Action({ what, done, onCopy }: { what: string; done: { what: string; done: boolean }; onCopy(): void }) {
  const isDone = done.done && done.what === what;
  return (
    <button type="button" class="tool" aria-label={`Copy ${what === "Value" ? "the value" : "the record as JSON"}`} onClick={onCopy}>
      {isDone ? <DoneIcon /> : <CopyIcon />} {what}
    </button>
  );
}

/** As kt consume --json prints it, and kt produce --json takes it. */
function envelopeText({ keyBytes: _, valueBytes: __, picture: ___, packed: ____, schema: _____, ...envelope }: OpenedRecord): string {
  return JSON.stringify(envelope);
}
