/** The controls of a player: its timeline, and what can be done there. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { StreamEvents } from "../boxes/use-events.ts";
import { Calendar } from "../calendar/calendar.tsx";
import type { Connection } from "../connection.ts";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import { BackIcon, ClockIcon, OnIcon, PauseIcon, PlayIcon, ReverseIcon, StepBackIcon, StepOnIcon } from "../parts/icons.tsx";
import { behindText, exactText, momentText, zoneText } from "../parts/words.ts";
import { type Controls, rates } from "./controls.ts";
import type { Span } from "./extent.ts";
import { Timeline } from "./timeline.tsx";
import { useClock } from "./use-clock.ts";
import type { StreamName } from "./use-extents.ts";

const drawEveryMs = 100;
export const jumpMs = 10_000;

interface Props {
  connection: Connection;
  streams: { topic: string; key: string }[];
  controls: Controls;
  marked?: Partial<Span>;
  onMark?: (marked: Partial<Span>) => void;
  /** What was seen, as marks on the timeline. */
  events?: StreamEvents;
  /** More buttons, at the end. */
  children?: preact.ComponentChildren;
}

export function Transport({ connection, streams, controls, marked = {}, onMark, events, children }: Props) {
  const clock = useClock(controls.clock, drawEveryMs);
  const [asking, setAsking] = useState(false);
  useKeys({ t: () => setAsking(true) });
  const nowMs = controls.timeMs;
  const rate = Math.abs(clock.rate);
  return (
    <div class="transport" role="toolbar" aria-label="Player">
      <Timeline connection={connection} streams={streams} controls={controls} marked={marked} onMark={onMark} events={events} />
      <div class="controls">
        <Tool label={clock.playing ? "Pause" : "Play"} keys="Space" onClick={() => controls.toggle()}>
          {clock.playing ? <PauseIcon /> : <PlayIcon />}
        </Tool>
        <Tool label="Ten seconds back" keys="J" onClick={() => controls.jump(-jumpMs)}>
          <BackIcon />
        </Tool>
        <Tool label="Picture before" keys="," onClick={() => controls.step(-1)}>
          <StepBackIcon />
        </Tool>
        <Tool label="Next picture" keys="." onClick={() => controls.step(1)}>
          <StepOnIcon />
        </Tool>
        <Tool label="Ten seconds on" keys="L" disabled={clock.live} onClick={() => controls.jump(jumpMs)}>
          <OnIcon />
        </Tool>
        <button
          type="button"
          class={controls.receives ? "tool golive on" : "tool golive"}
          aria-pressed={clock.live}
          title="Live (End)"
          onClick={() => controls.goLive()}
        >
          <i class={controls.receives ? "dot live" : "dot"} /> Live
        </button>
        <span class="clock">
          <time title={exactText(nowMs)}>
            {momentText(nowMs, Date.now())} {zoneText(nowMs)}
          </time>
          {!clock.live && <span class="behind">{behindText(Date.now() - nowMs)}</span>}
        </span>
        <span class="rates">
          <Tool label="Backwards" keys="R" pressed={clock.rate < 0} onClick={() => controls.reverse()}>
            <ReverseIcon />
          </Tool>
          <select
            aria-label="Speed"
            title="Speed (< and >)"
            value={rate}
            onChange={(event) => controls.setRate(Math.sign(clock.rate) * Number(event.currentTarget.value))}
          >
            {rates.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </span>
        <Tool label="Jump to a time" keys="T" pressed={asking} onClick={() => setAsking(!asking)}>
          <ClockIcon />
        </Tool>
        {asking && (
          <JumpTo
            connection={connection}
            streams={streams}
            atMs={nowMs}
            onGo={(timeMs) => {
              setAsking(false);
              if (timeMs !== null) controls.seek(timeMs);
            }}
          />
        )}
        <span class="more">{children}</span>
      </div>
    </div>
  );
}

interface ToolProps {
  label: string;
  keys?: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick(): void;
  children: preact.ComponentChildren;
}

export function Tool({ label, keys, pressed, disabled, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      class={pressed ? "tool icon on" : "tool icon"}
      aria-label={label}
      aria-pressed={pressed}
      title={keys ? `${label} (${keys})` : label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

interface JumpToProps {
  connection: Connection;
  streams: StreamName[];
  atMs: number;
  /** null where it was given up. */
  onGo(timeMs: number | null): void;
}

function JumpTo({ connection, streams, atMs, onGo }: JumpToProps) {
  const [text] = useState(() => localText(atMs));
  const form = useRef<HTMLFormElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useReturnOfFocus(form);
  useLayoutEffect(() => input.current?.focus(), []);
  useKeys({ Escape: () => onGo(null) });
  return (
    <form
      class="jump"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        const value = new FormData(event.currentTarget).get("time");
        const timeMs = new Date(String(value)).getTime();
        onGo(Number.isFinite(timeMs) ? timeMs : null);
      }}
    >
      <input type="datetime-local" name="time" step="0.001" aria-label="Time to jump to" defaultValue={text} ref={input} />
      <button type="submit" class="tool">
        Go
      </button>
      <Calendar connection={connection} streams={streams} atMs={atMs} onGo={onGo} />
    </form>
  );
}

/** As the input wants it: local time without a zone. */
function localText(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, -1);
}
