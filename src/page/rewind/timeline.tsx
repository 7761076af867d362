/** All that the log holds of some streams, on a line: runs, gaps, and the place that is shown. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Stretch } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { behindText, momentText } from "../words.ts";
import type { Controls } from "./controls.ts";
import { marks, type Span, share, spanOf, timeAt, zoom } from "./extent.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { useClock } from "./use-clock.ts";

const askEveryMs = 5000;
const drawEveryMs = 100;
/** While the pointer is dragged, places are shown no oftener. */
const scrubEveryMs = 60;

interface Props {
  connection: Connection;
  streams: { topic: string; key: string }[];
  controls: Controls;
  /** A stretch that was marked for a clip. */
  marked: Partial<Span>;
}

export function Timeline({ connection, streams, controls, marked }: Props) {
  const clock = useClock(controls.clock, drawEveryMs);
  const line = useRef<HTMLDivElement>(null);
  const stretches = useStretches(connection, streams);
  const [zoomed, setZoomed] = useState<Span | undefined>();
  const [pointer, setPointer] = useState<number | null>(null);
  const scrubbed = useRef(0);
  const nowMs = controls.timeMs;
  const all = spanOf(stretches);
  if (!all) return <div class="timeline empty" />;
  const lastMs = all.toMs;
  // What is live is newer than the last answer.
  all.toMs = Math.max(lastMs, nowMs);
  const shown = zoomed ?? all;
  const percent = (timeMs: number) => `${(share(timeMs, shown) * 100).toFixed(3)}%`;
  const width = (fromMs: number, toMs: number) => `${((share(toMs, shown) - share(fromMs, shown)) * 100).toFixed(3)}%`;

  const timeOf = (event: PointerEvent | WheelEvent) => {
    const { left, width: length } = (line.current as HTMLElement).getBoundingClientRect();
    return timeAt((event.clientX - left) / length, shown);
  };
  const scrub = (event: PointerEvent, last: boolean) => {
    const timeMs = timeOf(event);
    if (!last && performance.now() - scrubbed.current < scrubEveryMs) return;
    scrubbed.current = performance.now();
    // The very end is the live end.
    if (!zoomed && last && share(timeMs, shown) > 0.997) controls.goLive();
    else controls.seek(timeMs);
  };
  const { stepMs, timesMs } = marks(shown, 7);

  return (
    <div class="timeline">
      <div
        class="line"
        ref={line}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={Math.round(all.fromMs)}
        aria-valuemax={Math.round(all.toMs)}
        aria-valuenow={Math.round(nowMs)}
        aria-valuetext={clock.live ? "Live" : `${momentText(nowMs, Date.now())}, ${behindText(all.toMs - nowMs)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event, false);
        }}
        onPointerMove={(event) => {
          setPointer(timeOf(event));
          if (event.buttons & 1) scrub(event, false);
        }}
        onPointerUp={(event) => scrub(event, true)}
        onPointerLeave={() => setPointer(null)}
        onWheel={(event) => {
          event.preventDefault();
          setZoomed(zoom(shown, all, timeOf(event), event.deltaY > 0 ? 1.5 : 1 / 1.5));
        }}
      >
        {stretches
          .filter(({ startMs, endMs }) => endMs >= shown.fromMs && startMs <= shown.toMs)
          .map(({ startMs, endMs, run }) => (
            <i
              key={`${run}${startMs}`}
              class="stretch"
              style={{ left: percent(startMs), width: width(startMs, clock.live && endMs === lastMs ? all.toMs : endMs) }}
            />
          ))}
        {marked.fromMs !== undefined && (
          <i class="marked" style={{ left: percent(marked.fromMs), width: width(marked.fromMs, marked.toMs ?? Math.max(nowMs, marked.fromMs)) }} />
        )}
        <i class={clock.live ? "head live" : "head"} style={{ left: percent(nowMs) }} />
        {pointer !== null && <i class="pointer" style={{ left: percent(pointer) }} />}
      </div>
      <div class="marks" aria-hidden="true">
        {timesMs.map((timeMs) => (
          <span key={timeMs} style={{ left: percent(timeMs) }}>
            {markText(timeMs, stepMs)}
          </span>
        ))}
        {zoomed && (
          <button type="button" class="tool all" onClick={() => setZoomed(undefined)}>
            Show all
          </button>
        )}
      </div>
      {pointer !== null && (
        <div class="peek" style={{ left: `clamp(90px, ${percent(pointer)}, calc(100% - 90px))` }}>
          {streams[0] && streams.length === 1 && <Thumbnail connection={connection} topic={streams[0].topic} keyName={streams[0].key} timeMs={pointer} />}
          <span>{momentText(pointer, Date.now()).replace(/\.\d+$/, "")}</span>
        </div>
      )}
    </div>
  );
}

function markText(timeMs: number, stepMs: number): string {
  const at = new Date(timeMs);
  if (stepMs >= 86_400_000) return at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: stepMs < 60_000 ? "2-digit" : undefined });
}

/** Of all the streams, in the order of time; asked again while it is shown, as the log goes on. */
function useStretches(connection: Connection, streams: { topic: string; key: string }[]): Stretch[] {
  const [stretches, setStretches] = useState<Stretch[]>([]);
  const names = streams.map(({ topic, key }) => `${topic}/${key}`).join("\n");
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const found = await Promise.all(streams.map(({ topic, key }) => connection.extent(topic, key).catch(() => [])));
      const sorted = found.flat().sort((a, b) => a.startMs - b.startMs);
      if (stopped) return;
      if (sorted.length > 0) setStretches(sorted);
      timer = setTimeout(() => void ask(), sorted.length > 0 ? askEveryMs : 500);
    };
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [connection, names]);
  return stretches;
}
