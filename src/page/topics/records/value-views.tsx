/** A record's value, as a tree, as text, as bytes or as a picture. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { OpenedRecord } from "../../../protocol/opened-record.ts";
import { bytesText } from "../../../words.ts";
import { Ansi } from "../../data/text/ansi.tsx";
import { Hex } from "../../data/text/hex.tsx";
import { decoded } from "../../data/value.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { valueUrl } from "./asked.ts";
import { jsonNodes } from "./json-nodes.ts";
import { JsonTree } from "./json-tree.tsx";

export type ValueView = "picture" | "schema" | "tree" | "text" | "hex";
const titles: Record<ValueView, string> = { picture: "Picture", schema: "By schema", tree: "JSON", text: "Text", hex: "Hex" };
const shownCharacters = 100_000;

interface Props {
  record: OpenedRecord;
  /** The whole value, where what came with the record was cut and it was asked for. */
  whole: Uint8Array | null;
  view: ValueView | null;
  onView(view: ValueView): void;
  /** What stands below where the value is cut. */
  rest: ComponentChildren;
}

export function ValueViews({ record, whole, view, onView, rest }: Props) {
  const bytes = useMemo(() => whole ?? bytesOf(record.value, record.encoding.value), [record, whole]);
  const text = useMemo(() => (whole ? textOf(whole) : record.encoding.value === "utf8" ? record.value : null), [record, whole]);
  const bySchema = record.schema.value && "json" in record.schema.value ? record.schema.value : null;
  const tree = useMemo(() => (text === null || isCut(record, whole) ? undefined : jsonNodes(text)), [text]);
  const schemaTree = useMemo(() => (bySchema ? jsonNodes(bySchema.json) : undefined), [bySchema]);
  const views = (["picture", "schema", "tree", "text", "hex"] as const).filter(
    (one) => ({ picture: record.picture !== null, schema: bySchema !== null, tree: tree !== undefined, text: text !== null, hex: true })[one],
  );
  const shown = view && views.includes(view) ? view : (views[0] as ValueView);
  return (
    <>
      {views.length > 1 && <Tabs label="Value as" tabs={views.map((id) => ({ id, title: titles[id] }))} chosen={shown} onChoose={onView} />}
      {shown === "picture" && <Picture record={record} />}
      {shown === "schema" && bySchema && (schemaTree ? <JsonTree node={schemaTree} /> : <pre>{bySchema.json}</pre>)}
      {shown === "tree" && tree && <JsonTree node={tree} />}
      {shown === "text" && text !== null && (
        <pre class="whole-text">
          <Ansi text={text.slice(0, shownCharacters)} draw={(part) => part} />
          {text.length > shownCharacters && "…"}
        </pre>
      )}
      {shown === "hex" && <Hex bytes={bytes} size={record.valueBytes} />}
      {shown !== "picture" && shown !== "schema" && isCut(record, whole) && rest}
    </>
  );
}

function Picture({ record }: { record: OpenedRecord }) {
  const { picture, topic, key, partition, offset, valueBytes } = record;
  const [trouble, setTrouble] = useState(false);
  const [size, setSize] = useState("");
  const isH264 = picture?.type === "video/h264";
  const stream = new URLSearchParams({ at: String(offset), ...(key === null ? {} : { key }) });
  const url = isH264 ? `topics/${encodeURIComponent(topic)}/frame?${stream}` : valueUrl(topic, record, "picture");
  if (trouble) return <p class="hint">This picture cannot be shown: it may be damaged, or the frames that it needs are gone from the log.</p>;
  return (
    <figure>
      <img
        src={url}
        alt={`Record ${partition}:${offset} of ${topic}`}
        onError={() => setTrouble(true)}
        onLoad={({ currentTarget }) => setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight}`)}
      />
      <figcaption>
        {isH264 ? "H.264, shown as JPEG" : picture?.type === "image/png" ? "PNG" : "JPEG"}
        {picture?.inside && " inside the value"}
        {size && ` · ${size}`} · {bytesText(valueBytes)}
      </figcaption>
    </figure>
  );
}

export function isCut(record: OpenedRecord, whole: Uint8Array | null): boolean {
  return record.value !== null && whole === null && bytesOf(record.value, record.encoding.value).length < record.valueBytes;
}

function bytesOf(value: string | null, encoding: "utf8" | "base64"): Uint8Array {
  return value === null ? new Uint8Array() : encoding === "base64" ? decoded(value) : new TextEncoder().encode(value);
}

/** null where the bytes are no text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
