/** All that the log holds of some streams, on a line: runs, gaps, and the place that is shown. */
import { useRef, useState } from "preact/hooks";
import { EventMarks } from "../boxes/event-marks.tsx";
import type { StreamEvents } from "../boxes/use-events.ts";
import type { Connection, Extent } from "../connection.ts";
import { behindText, momentText } from "../parts/words.ts";
import { ClipHandles } from "./clip-marks.tsx";
import type { PlayClock } from "./clock.ts";
import type { Controls } from "./controls.ts";
import { follow, marks, type Span, share, spanOf, timeAt } from "./extent.ts";
import { gapAround, gapText } from "./gap.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { TimelineGestures } from "./timeline-gestures.ts";
import { useClock } from "./use-clock.ts";
import { type StreamName, useExtents } from "./use-extents.ts";

const drawEveryMs = 100;
/** While the pointer is dragged, places are shown no oftener. */
const scrubEveryMs = 60;

/** What is no further outside of what is shown counts as within. */
const edgePart = 0.03;

interface Props {
  connection: Connection;
  streams: StreamName[];
  controls: Controls;
  /** A stretch that was marked for a clip. */
  marked: Partial<Span>;
  onMark?: ((marked: Partial<Span>) => void) | undefined;
  events?: StreamEvents | undefined;
}

export function Timeline({ connection, streams, controls, marked, onMark, events }: Props) {
  const clock = useClock(controls.clock, drawEveryMs);
  const extents = useExtents(connection, streams);
  const [zoomed, setZoomed] = useState<Zoomed | undefined>();
  const [pointer, setPointer] = useState<number | null>(null);
  const scrubbed = useRef(0);
  const gestures = useRef<TimelineGestures | undefined>(undefined);
  const nowMs = controls.timeMs;
  const all = spanOf(extents.flatMap(({ stretches }) => stretches));
  if (!all) return <div class="timeline empty" />;
  // What is live is newer than the last answer.
  all.toMs = Math.max(all.toMs, nowMs);
  const shown = zoomed ? shownOf(zoomed, all, nowMs, clock) : all;
  const percent = (timeMs: number) => `${(share(timeMs, shown) * 100).toFixed(3)}%`;
  const width = (fromMs: number, toMs: number) => `${((share(toMs, shown) - share(fromMs, shown)) * 100).toFixed(3)}%`;

  const line = {
    shown,
    all,
    show(span: Span | undefined) {
      // Whoever zooms at the live end hardly has the pointer on its last pixel.
      const part = span ? (nowMs - span.fromMs) / (span.toMs - span.fromMs) : 0;
      events?.look(span ?? null);
      setZoomed(span && { span, follows: part > -edgePart && part < 1 + edgePart, seeks: clock.seeks, live: clock.live });
    },
    scrub(timeMs: number, last: boolean) {
      if (!last && performance.now() - scrubbed.current < scrubEveryMs) return;
      scrubbed.current = performance.now();
      // The very end is the live end.
      if (last && shown.toMs === all.toMs && share(timeMs, shown) > 0.997) controls.goLive();
      else controls.seek(timeMs);
    },
  };
  gestures.current ??= new TimelineGestures(line);
  gestures.current.line = line;
  const does = gestures.current;
  const { stepMs, timesMs } = marks(shown, 7);
  const seen = (event: PointerEvent) => {
    const { left, width: length } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setPointer(timeAt((event.clientX - left) / length, shown));
  };

  return (
    <div class="timeline">
      <div
        class="line"
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={Math.round(all.fromMs)}
        aria-valuemax={Math.round(all.toMs)}
        aria-valuenow={Math.round(nowMs)}
        aria-valuetext={clock.live ? "Live" : `${momentText(nowMs, Date.now())}, ${behindText(all.toMs - nowMs)}`}
        onPointerDown={(event) => does.down(event)}
        onPointerMove={(event) => {
          seen(event);
          does.move(event);
        }}
        onPointerUp={(event) => does.up(event)}
        onPointerCancel={(event) => does.up(event)}
        onPointerLeave={() => setPointer(null)}
        onWheel={(event) => does.wheel(event)}
      >
        {drawn(extents, clock.live ? all.toMs : 0)
          .filter(({ startMs, endMs }) => endMs >= shown.fromMs && startMs <= shown.toMs)
          .map(({ startMs, endMs, run }) => (
            <i key={`${run}${startMs}`} class="stretch" style={{ left: percent(startMs), width: width(startMs, endMs) }} />
          ))}
        {marked.fromMs !== undefined && (
          <i class="marked" style={{ left: percent(marked.fromMs), width: width(marked.fromMs, marked.toMs ?? Math.max(nowMs, marked.fromMs)) }} />
        )}
        {events && <EventMarks events={events.shown} shown={shown} />}
        <i class={controls.receives ? "head live" : "head"} style={{ left: percent(nowMs) }} />
        {pointer !== null && <i class="pointer" style={{ left: percent(pointer) }} />}
      </div>
      {onMark && <ClipHandles marked={marked} shown={shown} onMark={onMark} />}
      <div class="marks" aria-hidden="true">
        {timesMs.map((timeMs) => (
          <span key={timeMs} style={{ left: percent(timeMs) }}>
            {markText(timeMs, stepMs)}
          </span>
        ))}
      </div>
      {zoomed && (
        <button type="button" class="tool all" onClick={() => setZoomed(undefined)}>
          Show all
        </button>
      )}
      {pointer !== null && <Peek connection={connection} streams={streams} extents={extents} timeMs={pointer} left={percent(pointer)} />}
    </div>
  );
}

/** A part of the line that was chosen. */
interface Zoomed {
  span: Span;
  /** The place that is shown was in it: it goes along with that. */
  follows: boolean;
  /** Where the clock was last set; what was chosen elsewhere stands until it is set again. */
  seeks: number;
  live: boolean;
}

function shownOf({ span, follows, seeks, live }: Zoomed, all: Span, timeMs: number, clock: PlayClock): Span {
  return follows || seeks !== clock.seeks || live !== clock.live ? follow(span, all, timeMs) : span;
}

/** The stretches of all streams in the order of time. @param liveMs those that go on are drawn so far */
function drawn(extents: Extent[], liveMs: number): Extent["stretches"] {
  const stretches = extents.flatMap(({ stretches: own, open }) => {
    const last = own.at(-1);
    return own.map((stretch) => (open && stretch === last ? { ...stretch, endMs: Math.max(stretch.endMs, liveMs) } : stretch));
  });
  return stretches.sort((a, b) => a.startMs - b.startMs);
}

interface PeekProps {
  connection: Connection;
  streams: StreamName[];
  extents: Extent[];
  timeMs: number;
  left: string;
}

/** What is below the pointer: the time, and of one stream its picture then, where there is one. */
function Peek({ connection, streams, extents, timeMs, left }: PeekProps) {
  const [stream] = streams;
  const single = streams.length === 1 ? extents[0] : undefined;
  const gap = single && gapAround(timeMs, single.stretches, single.open);
  return (
    <div class="peek" style={{ left: `clamp(90px, ${left}, calc(100% - 90px))` }}>
      {stream && single && !gap && <Thumbnail connection={connection} topic={stream.topic} keyName={stream.key} timeMs={timeMs} />}
      {gap && <span>{gapText(gap, Date.now())}</span>}
      <span>{momentText(timeMs, Date.now()).replace(/\.\d+$/, "")}</span>
    </div>
  );
}

/** Made once: it takes longer than all of the timeline, which is drawn many times a second. */
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function markText(timeMs: number, stepMs: number): string {
  const at = new Date(timeMs);
  if (stepMs >= 86_400_000) return day.format(at);
  return (stepMs < 60_000 ? second : minute).format(at);
}
