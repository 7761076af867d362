/** The rows of a list: the newest is at the bottom and in sight, until somebody reads on further up. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { useToday } from "../parts/today.ts";
import { dayOf } from "../parts/words.ts";
import { recordId } from "./record-log.ts";
import { moveBetweenRows, RecordRow } from "./record-row.tsx";

/** Nearer to the end than a row is at the end. */
const nearEnd = 24;

interface Props {
  label: string;
  records: PanelRecord[];
  json: boolean;
  /** Somebody reads these: they stay, whatever comes. */
  held: boolean;
  /** New rows are read aloud. */
  aloud: boolean;
  large: boolean;
  /** A row is read, or opened, or the list was scrolled up. */
  onHold(): void;
  /** The end was scrolled to. */
  onFollow(): void;
  /** The way back to the newest, where there is one. */
  newest: { title: string; show(): void } | null;
  children?: ComponentChildren;
}

export function RecordRows({ label, records, json, held, aloud, large, onHold, onFollow, newest, children }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const seen = useRef({ top: 0, height: 0, contentHeight: 0 });
  const today = useToday();
  const look = () => {
    const { scrollTop, clientHeight, scrollHeight } = list.current as HTMLDivElement;
    return { top: scrollTop, height: clientHeight, contentHeight: scrollHeight };
  };
  const settle = () => {
    if (!held && list.current) list.current.scrollTop = list.current.scrollHeight;
    seen.current = look();
  };
  useLayoutEffect(settle, [records.at(-1), held, large]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(settle);
    observer.observe(list.current as Element);
    observer.observe(rows.current as Element);
    return () => observer.disconnect();
  }, [held]);
  const scrolled = () => {
    const before = seen.current;
    const now = look();
    seen.current = now;
    if (held) {
      // Who reads an open record to its end does not want it to go.
      const isRead = list.current?.querySelector("details[open]");
      if (now.top > before.top && now.contentHeight - now.top - now.height < nearEnd && !isRead) onFollow();
    } else if (now.height !== before.height || now.contentHeight !== before.contentHeight) settle();
    else if (now.top < before.top) onHold();
  };
  const { fromMs, toMs } = dayOf(Date.now());
  const classes = ["list"];
  if (records.every(({ key }) => key === null)) classes.push("keyless");
  if (records.some(({ timestamp }) => timestamp !== null && !(timestamp >= fromMs && timestamp < toMs))) classes.push("dated");
  return (
    <>
      <div
        class={classes.join(" ")}
        ref={list}
        role="log"
        aria-label={label}
        aria-live={aloud ? "polite" : "off"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        onScroll={scrolled}
        onPointerDown={({ target, currentTarget }) => target !== currentTarget && onHold()}
        onFocusIn={({ target, currentTarget }) => target !== currentTarget && onHold()}
        onKeyDown={(event) => moveBetweenRows(event)}
      >
        <div ref={rows}>
          {records.map((record) => (
            <RecordRow key={recordId(record)} record={record} json={json} today={today} />
          ))}
          {children}
        </div>
      </div>
      {newest && records.length > 0 && (
        <button
          type="button"
          class="latest"
          onClick={() => {
            newest.show();
            // The button goes: the focus would fall to the page.
            list.current?.focus();
          }}
        >
          {newest.title}
        </button>
      )}
    </>
  );
}
