/** Sends a record into a topic. */
import { useEffect, useState } from "preact/hooks";
import type { GivenRecord } from "./given-record.ts";
import { HeaderFields } from "./header-fields.tsx";
import { askTopic, type Place, sendRecord, type WritableTopic, whyNoJson } from "./send-record.ts";

export type { GivenRecord };

interface Props {
  topic: string;
  /** Of a record that is to be sent again. */
  given?: GivenRecord;
}

const nothing: GivenRecord = { key: null, value: "", headers: [] };

export function ProduceForm({ topic, given }: Props) {
  const [known, setKnown] = useState<WritableTopic | string | undefined>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    setKnown(undefined);
    askTopic(topic, gone.signal).then(setKnown, (error: Error) => gone.signal.aborted || setKnown(error.message));
    return () => gone.abort();
  }, [topic]);
  if (known === undefined) return <p class="soft">Asking whether records are taken…</p>;
  if (typeof known === "string")
    return (
      <p class="wrong" role="alert">
        {known}
      </p>
    );
  if (!known.takes)
    return (
      <p>
        This kt takes no records for <bdi>{topic}</bdi>. Started with <code>kt serve --allow-produce '{topic}'</code> it does, from who has the token.
      </p>
    );
  return <Form key={topic} topic={topic} kind={known.kind} given={given} />;
}

function Form({ topic, kind, given }: Props & { kind: string }) {
  const [record, setRecord] = useState(given ?? nothing);
  const [partition, setPartition] = useState("");
  const [anyway, setAnyway] = useState(false);
  const [sending, setSending] = useState(false);
  const [result, setResult] = useState<Place | string | undefined>(undefined);
  useEffect(() => given && setRecord(given), [given]);
  const { key, value, headers } = record;
  const change = (part: Partial<GivenRecord>) => {
    setRecord({ ...record, ...part });
    setResult(undefined);
  };
  const noJson = kind === "json" && value !== null && value !== "" ? whyNoJson(value) : undefined;
  const send = async () => {
    setSending(true);
    setResult(undefined);
    const place = await sendRecord(topic, record, partition === "" ? null : Number(partition)).catch((error: Error) => error.message);
    setSending(false);
    setResult(place);
  };
  return (
    <form
      class="produce"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="field">
        <label for="produce-key">Key</label>
        <input
          id="produce-key"
          value={key ?? ""}
          placeholder={key === null ? "none" : "empty"}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => change({ key: currentTarget.value })}
        />
        <label class="none">
          <input type="checkbox" checked={key === null} onChange={({ currentTarget }) => change({ key: currentTarget.checked ? null : "" })} /> no key
        </label>
      </div>
      <div class="field">
        <label for="produce-value">Value</label>
        <textarea
          id="produce-value"
          rows={8}
          value={value ?? ""}
          disabled={value === null}
          spellcheck={false}
          aria-invalid={noJson !== undefined}
          aria-describedby={noJson === undefined ? undefined : "produce-no-json"}
          onInput={({ currentTarget }) => change({ value: currentTarget.value })}
        />
        <label class="none">
          <input type="checkbox" checked={value === null} onChange={({ currentTarget }) => change({ value: currentTarget.checked ? null : "" })} /> no value:
          marks the key as deleted
        </label>
      </div>
      {noJson !== undefined && (
        <div class="wrong" id="produce-no-json">
          <p>The topic is JSON, and this is not: {noJson}</p>
          <label class="none">
            <input type="checkbox" checked={anyway} onChange={({ currentTarget }) => setAnyway(currentTarget.checked)} /> send it as it is
          </label>
        </div>
      )}
      <HeaderFields headers={headers} onChange={(next) => change({ headers: next })} />
      <div class="field">
        <label for="produce-partition">Partition</label>
        <input
          id="produce-partition"
          inputMode="numeric"
          pattern="\d{1,9}"
          title="A whole number; empty leaves it to the key"
          placeholder="by the key"
          value={partition}
          onInput={({ currentTarget }) => setPartition(currentTarget.value)}
        />
      </div>
      <p class="send">
        <button type="submit" disabled={sending || (noJson !== undefined && !anyway)}>
          {sending ? "Sending…" : "Send"}
        </button>
        <a href={`./camera?${new URLSearchParams({ topic })}`} target="_blank" rel="noreferrer">
          Send this device's camera
        </a>
      </p>
      {typeof result === "string" && (
        <p class="wrong" role="alert">
          {result}
        </p>
      )}
      <p role="status">
        {typeof result === "object" && (
          <>
            Sent: partition {result.partition}, offset {result.offset}.{" "}
            <a href={`topics/${encodeURIComponent(topic)}/records/${result.partition}/${result.offset}`} target="_blank" rel="noreferrer">
              Its value
            </a>
          </>
        )}
      </p>
    </form>
  );
}
