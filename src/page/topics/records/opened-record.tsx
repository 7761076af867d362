/** A record that is opened: all that there is of it, and what can be done with it. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { BySchema, OpenedRecord as Record } from "../../../protocol/opened-record.ts";
import { bytesText } from "../../../words.ts";
import { Key, Value } from "../../data/value.tsx";
import { useKeys } from "../../keys.ts";
import { CloseIcon, DownIcon, DownloadIcon } from "../../parts/icons.tsx";
import { countText, isoText, zoneText } from "../../parts/words.ts";
import { type Spot, valueUrl, writeSpot } from "./asked.ts";
import { RecordActions } from "./record-actions.tsx";
import { useOpened } from "./use-opened.ts";
import { type ValueView, ValueViews } from "./value-views.tsx";

/** More is downloaded, not shown. */
const mostShownBytes = 8 << 20;

interface Props {
  topic: string;
  spot: Spot;
  view: ValueView | null;
  onView(view: ValueView): void;
  onStep(step: -1 | 1): void;
  onClose(): void;
}

export function OpenedRecord({ topic, spot, view, onView, onStep, onClose }: Props) {
  const { record, trouble, again } = useOpened(topic, spot);
  const [whole, setWhole] = useState<Uint8Array | null>(null);
  const section = useRef<HTMLElement>(null);
  const name = writeSpot(spot);
  useEffect(() => setWhole(null), [topic, name]);
  useKeys({ Escape: onClose, ArrowDown: () => onStep(1), ArrowUp: () => onStep(-1), j: () => onStep(1), k: () => onStep(-1) });
  const readWhole = async () => {
    const response = await fetch(valueUrl(topic, spot));
    if (response.ok) setWhole(new Uint8Array(await response.arrayBuffer()));
  };
  return (
    <section class="opened" aria-label={`Record ${name}`} ref={section}>
      <header>
        <h3>{name}</h3>
        <button type="button" class="tool icon up" aria-label="The record above (K)" title="The record above (K, ↑)" onClick={() => onStep(-1)}>
          <DownIcon />
        </button>
        <button type="button" class="tool icon" aria-label="The record below (J)" title="The record below (J, ↓)" onClick={() => onStep(1)}>
          <DownIcon />
        </button>
        <button type="button" class="tool icon" aria-label="Back to the list" title="Back to the list (Esc)" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}{" "}
          <button type="button" class="tool" onClick={again}>
            Try again
          </button>
        </p>
      )}
      {!record && !trouble && <p class="hint">Reading…</p>}
      {record && (
        <>
          <RecordActions record={record} />
          <Facts record={record} />
          <div class="opened-value">
            {record.value === null || record.value === "" ? (
              <Value value={record.value} encoding="utf8" size={0} json={false} />
            ) : (
              <ValueViews record={record} whole={whole} view={view} onView={onView} rest={<Rest record={record} onWhole={readWhole} />} />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Rest({ record, onWhole }: { record: Record; onWhole(): Promise<void> }) {
  const url = valueUrl(record.topic, record);
  return (
    <p class="rest">
      Only the beginning of {bytesText(record.valueBytes)} is shown.{" "}
      {record.valueBytes <= mostShownBytes ? (
        <button type="button" class="tool" onClick={() => void onWhole()}>
          Show all
        </button>
      ) : (
        <a class="tool" href={url} download>
          <DownloadIcon /> Download all
        </a>
      )}
    </p>
  );
}

function Facts({ record }: { record: Record }) {
  const { timestamp } = record;
  return (
    <dl class="facts-list">
      <dt>Time</dt>
      <dd>
        {timestamp === null ? (
          "none"
        ) : (
          <>
            <span>{localText(timestamp)}</span> <span class="dim">{isoText(timestamp)}</span>
            {record.timestampType === "append" && <span class="dim"> when the broker wrote it</span>}
          </>
        )}
      </dd>
      <dt>Place</dt>
      <dd>
        partition {record.partition}, offset {record.offset}
      </dd>
      <dt>Size</dt>
      <dd>
        value {bytesText(record.valueBytes)}
        {record.valueBytes >= 1000 && <span class="dim"> ({countExactly(record.valueBytes)} bytes)</span>}, key {bytesText(record.keyBytes)},{" "}
        {countText(record.headers.length)} {record.headers.length === 1 ? "header" : "headers"}
        {record.packed && (
          <>
            {" "}
            <span class="tag">packed as {record.packed}</span>
          </>
        )}
      </dd>
      <dt>Key</dt>
      <dd class="mono">
        {record.key === null ? (
          <span class="dim">null</span>
        ) : record.encoding.key === "base64" ? (
          <WholeHex base64={record.key} />
        ) : (
          <Key value={record.key} encoding="utf8" />
        )}
      </dd>
      <Schema what="Key schema" schema={record.schema.key} shown />
      <Schema what="Schema" schema={record.schema.value} shown={false} />
      {record.headers.length > 0 && <dt class="headers">Headers</dt>}
      {record.headers.map(({ name, value, encoding }, i) => (
        <>
          <dt key={`${i} ${name}`} class="header">
            {name || '""'}
          </dt>
          <dd class="mono">
            {value === null ? (
              <span class="dim">null</span>
            ) : encoding === "base64" ? (
              <WholeHex base64={value} />
            ) : value === "" ? (
              <span class="dim">""</span>
            ) : (
              value
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}

/** @param shown what it says stands here, and not as a view of its own */
function Schema({ what, schema, shown }: { what: string; schema: BySchema | null; shown: boolean }) {
  if (!schema) return null;
  return (
    <>
      <dt>{what}</dt>
      {"trouble" in schema ? (
        <dd class="dim">{schema.trouble}</dd>
      ) : (
        <dd>
          {{ avro: "Avro", json: "JSON Schema", protobuf: "Protobuf" }[schema.format]}, id {schema.id}
          {shown && <span class="mono"> {schema.json}</span>}
        </dd>
      )}
    </>
  );
}

const mostHexBytes = 256;

function WholeHex({ base64 }: { base64: string }) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const hex = [...bytes.subarray(0, mostHexBytes)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return (
    <>
      <span class="tag">{bytesText(bytes.length)}</span> {hex}
      {bytes.length > mostHexBytes && " …"}
    </>
  );
}

function localText(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return Number.isNaN(at.getTime()) ? isoText(ms) : `${at.toISOString().replace("T", " ").slice(0, -1)} ${zoneText(ms)}`;
}

function countExactly(count: number): string {
  return new Intl.NumberFormat("en").format(count);
}
