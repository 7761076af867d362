/** A month, in which the days are marked on which something was recorded: one of them leads there. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Connection } from "../connection.ts";
import { LeftIcon, RightIcon } from "../parts/icons.tsx";
import { dayOf } from "../parts/words.ts";
import { type StreamName, useExtents } from "../rewind/use-extents.ts";
import { type Day, dayAfter, monthAfter, weeksOf } from "./days.ts";

const weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

interface Props {
  connection: Connection;
  streams: StreamName[];
  /** The time that is shown. */
  atMs: number;
  onGo(timeMs: number): void;
}

export function Calendar({ connection, streams, atMs, onGo }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [chosenMs, setChosen] = useState(() => dayOf(atMs).fromMs);
  /** Whether the focus goes along with the day: it does by keys. */
  const follows = useRef(false);
  const extents = useExtents(connection, streams);
  const stretches = extents.flatMap((extent) => extent.stretches.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })));
  const weeks = weeksOf(chosenMs, stretches);
  const today = dayOf(Date.now()).fromMs;
  const shown = dayOf(atMs).fromMs;
  useLayoutEffect(() => {
    if (follows.current) table.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    follows.current = false;
  }, [chosenMs]);
  const moved = (event: KeyboardEvent) => {
    const weekday = (new Date(chosenMs).getDay() + 6) % 7;
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday }[event.key];
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if ((days === undefined && months === undefined) || event.altKey || event.ctrlKey || event.metaKey) return;
    // The player's own keys are for the time that is shown.
    event.preventDefault();
    event.stopPropagation();
    follows.current = true;
    setChosen(months === undefined ? dayAfter(chosenMs, days ?? 0) : monthAfter(chosenMs, months));
  };
  const month = new Date(chosenMs).toLocaleDateString("en-GB", { month: "long", year: "numeric" });
  return (
    <section class="calendar" aria-label="Days with recordings">
      <header>
        <button type="button" class="tool icon" aria-label="Month before" onClick={() => setChosen(monthAfter(chosenMs, -1))}>
          <LeftIcon />
        </button>
        <strong aria-live="polite">{month}</strong>
        <button type="button" class="tool icon" aria-label="Next month" onClick={() => setChosen(monthAfter(chosenMs, 1))}>
          <RightIcon />
        </button>
      </header>
      <table ref={table} aria-label={month} onKeyDown={moved}>
        <thead>
          <tr>
            {weekdays.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]?.fromMs}>
              {week.map((day) => (
                <td key={day.fromMs}>
                  <button
                    type="button"
                    class={classOf(day)}
                    tabIndex={day.fromMs === chosenMs ? 0 : -1}
                    aria-label={labelOf(day)}
                    aria-current={day.fromMs === today ? "date" : undefined}
                    aria-pressed={day.fromMs === shown}
                    aria-disabled={day.recordedMs === null}
                    onClick={() => day.recordedMs !== null && onGo(day.recordedMs)}
                  >
                    {day.number}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function classOf({ inMonth, recordedMs }: Day): string {
  return ["day", recordedMs !== null && "recorded", !inMonth && "beside"].filter(Boolean).join(" ");
}

function labelOf({ fromMs, recordedMs, number }: Day): string {
  const date = new Date(fromMs).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  return `${number}, ${date}: ${recordedMs === null ? "nothing recorded" : "recorded"}`;
}
