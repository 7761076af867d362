/** One record of a list: a line that opens to show all of it. */
import { Component } from "preact";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { bytesText } from "../../words.ts";
import { DownloadIcon } from "../parts/icons.tsx";
import { exactText, momentText } from "../parts/words.ts";
import { Ansi } from "./text/ansi.tsx";
import { Hex } from "./text/hex.tsx";
import { JsonText } from "./text/json-text.tsx";
import { decoded, isShownAsJson, Key, Value } from "./value.tsx";

const openedCharacters = 20_000;
/** In bytes of UTF-8 for one of JavaScript's characters. */
const longestCharacter = 3;

interface RowProps {
  record: PanelRecord;
  json: boolean;
  /** As useToday has it. */
  today: string;
}

export class RecordRow extends Component<RowProps, { open: boolean }> {
  override state = { open: false };

  // A record never changes, and a busy list is drawn ten times a second.
  override shouldComponentUpdate({ today }: RowProps, { open }: { open: boolean }) {
    return open !== this.state.open || today !== this.props.today;
  }

  override render() {
    const { record, json } = this.props;
    const at = record.timestamp;
    return (
      <details class="record" onToggle={(event) => this.setState({ open: event.currentTarget.open })}>
        <summary tabIndex={-1}>
          <time title={at === null ? "No timestamp" : exactText(at)}>{at === null ? "–" : momentText(at, Date.now(), "no date")}</time>
          <span class="key">
            <Key value={record.key} encoding={record.encoding.key} />
          </span>
          <span class="value">
            <Value value={record.value} encoding={record.encoding.value} size={record.valueBytes} json={json} />
          </span>
          <span class="offset" title={`Partition ${record.partition}, offset ${record.offset}`}>
            {record.partition}:{record.offset}
          </span>
        </summary>
        {this.state.open && <WholeRecord record={record} json={json} />}
      </details>
    );
  }
}

/** All that there is of a record. */
export function WholeRecord({ record, json }: { record: PanelRecord; json: boolean }) {
  const { value } = record;
  return (
    <dl>
      <dt>time</dt>
      <dd>{record.timestamp === null ? "none" : exactText(record.timestamp)}</dd>
      <dt>partition</dt>
      <dd>{record.partition}</dd>
      <dt>offset</dt>
      <dd>{record.offset}</dd>
      <dt>key</dt>
      <dd>
        <Key value={record.key} encoding={record.encoding.key} />
      </dd>
      {record.headers.map((header) => (
        <>
          <dt class="header">{header.name}</dt>
          <dd>{header.value === null ? <span class="dim">null</span> : header.value}</dd>
        </>
      ))}
      <dt>value</dt>
      <dd>
        {value === null || value === "" ? (
          <Value value={value} encoding={record.encoding.value} size={0} json={false} />
        ) : (
          <>
            <p class="size">
              <span class="dim">{bytesText(record.valueBytes)}</span>
              <a class="tool" href={bytesOf(record)} download={`${record.topic}-${record.partition}-${record.offset}`}>
                <DownloadIcon /> Download
              </a>
            </p>
            {record.encoding.value === "utf8" ? <WholeText record={record} json={json} /> : <Hex bytes={decoded(value)} size={record.valueBytes} />}
          </>
        )}
      </dd>
    </dl>
  );
}

/** The value's exact bytes. */
function bytesOf({ topic, partition, offset }: PanelRecord): string {
  return `topics/${encodeURIComponent(topic)}/records/${partition}/${offset}`;
}

function WholeText({ record: { value, valueBytes }, json }: { record: PanelRecord; json: boolean }) {
  const text = (value ?? "").slice(0, openedCharacters);
  const cut = text !== value || valueBytes > text.length * longestCharacter;
  return (
    <pre>
      {json && isShownAsJson(value ?? "", valueBytes) ? <JsonText text={text} indented /> : <Ansi text={text} draw={(part) => part} />}
      {cut && "…"}
    </pre>
  );
}

/** Up and down between rows, which are no tab stops: five hundred of them would be a trap. */
export function moveBetweenRows(event: KeyboardEvent, of = "summary", begin: "first" | "last" = "last"): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(of)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? rows.at(begin === "first" ? 0 : -1) : rows[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
