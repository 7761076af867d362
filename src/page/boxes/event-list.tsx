/** What was seen, as a list beside the player: each a link to its picture. */
import { useEffect, useRef } from "preact/hooks";
import { colorOfLabel } from "../../format/detections/colors.ts";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import { writeMoment } from "../moment.ts";
import { CloseIcon } from "../parts/icons.tsx";
import { momentText, spanText } from "../parts/words.ts";
import type { StreamEvents } from "./use-events.ts";

interface Props {
  topic: string;
  keyName: string;
  events: StreamEvents;
  /** What is shown: the events around it are to be seen. */
  timeMs: number;
  onGo(timeMs: number): void;
  onClose(): void;
}

export function EventList({ topic, keyName, events: { shown, read, held }, timeMs, onGo, onClose }: Props) {
  const list = useRef<HTMLElement>(null);
  useReturnOfFocus(list);
  useKeys({ Escape: onClose });
  const at = shown.findLastIndex(({ startMs }) => startMs <= timeMs);
  useEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <section class="event-list" aria-label="Events" ref={list}>
      <header>
        <strong>Events</strong>
        <span>
          {shown.length === 0 ? "Nothing was seen" : read < held ? `from ${read.toLocaleString("en")} of ${held.toLocaleString("en")} records` : shown.length}
        </span>
        <button type="button" class="tool icon" aria-label="Close the list" title="Close the list (V)" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <ol>
        {shown.map(({ label, startMs, endMs, bestMs, score }, i) => (
          <li key={`${label}${startMs}`}>
            <a
              href={writeMoment({ topic, key: keyName, timeMs: bestMs })}
              aria-current={i === at ? "true" : undefined}
              onClick={(event) => {
                // In a tab of its own it is opened by the browser.
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                onGo(bestMs);
              }}
            >
              <i style={{ background: colorOfLabel(label) }} />
              <span>{label || "without a label"}</span>
              <time>{momentText(startMs, Date.now()).replace(/\.\d+$/, "")}</time>
              <small>
                {[endMs - startMs >= 1000 ? spanText(endMs - startMs) : "", score === null ? "" : `${Math.round(score * 100)}%`].filter(Boolean).join(" · ")}
              </small>
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}
