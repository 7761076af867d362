/** One record of a list: a line that opens to show all of it. */
import { Component } from "preact";
import { parseJson, writeJson } from "../format/lenient-json.ts";
import type { PanelRecord } from "../protocol/server-message.ts";
import { Hex } from "./hex.tsx";
import { DownloadIcon } from "./icons.tsx";
import { decoded, Key, Value } from "./value.tsx";
import { bytesText, exactText, momentText } from "./words.ts";

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
        {this.state.open && <Whole record={record} json={json} />}
      </details>
    );
  }
}

function Whole({ record, json }: { record: PanelRecord; json: boolean }) {
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
  const text = indented(value ?? "", json);
  const cut = text.length > openedCharacters || valueBytes > (value ?? "").length * longestCharacter;
  return (
    <pre>
      {text.slice(0, openedCharacters)}
      {cut && "…"}
    </pre>
  );
}

/** Only where printing it again loses nothing: a long number would be rounded, a second field of one name lost. */
function indented(value: string, json: boolean): string {
  if (!json) return value;
  try {
    const parsed: unknown = parseJson(value);
    const bare = (text: string) => text.replaceAll(/\s/g, "");
    return bare(writeJson(parsed)) === bare(value) ? writeJson(parsed, 2) : value;
  } catch {
    return value;
  }
}

/** Up and down between rows, which are no tab stops: five hundred of them would be a trap. */
export function moveBetweenRows(event: KeyboardEvent): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll("summary")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? rows.at(-1) : rows[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
