/** The stretch that is marked for a clip: its ends as handles on the timeline, and how long it is. */
import { longestClipMs } from "../../protocol/clip.ts";
import { CloseIcon } from "../parts/icons.tsx";
import { momentText, spanText } from "../parts/words.ts";
import { type Span, timeAt } from "./extent.ts";

/** The handles pass each other no nearer. */
const shortestMs = 100;
const keyMs: Record<string, number> = { ArrowLeft: -1000, ArrowRight: 1000, PageDown: -10_000, PageUp: 10_000 };

type Edge = keyof Span;

interface HandlesProps {
  marked: Partial<Span>;
  /** What the timeline shows. */
  shown: Span;
  onMark(marked: Partial<Span>): void;
}

export function ClipHandles({ marked, shown, onMark }: HandlesProps) {
  const edges: Edge[] = ["fromMs", "toMs"];
  return (
    <>
      {edges.map((edge) => (
        <Handle key={edge} edge={edge} marked={marked} shown={shown} onMark={onMark} />
      ))}
    </>
  );
}

function Handle({ edge, marked, shown, onMark }: HandlesProps & { edge: Edge }) {
  const timeMs = marked[edge];
  if (timeMs === undefined || timeMs < shown.fromMs || timeMs > shown.toMs) return null;
  const [leastMs, mostMs] = edge === "fromMs" ? [-Infinity, (marked.toMs ?? Infinity) - shortestMs] : [(marked.fromMs ?? -Infinity) + shortestMs, Infinity];
  const move = (toMs: number) => onMark({ ...marked, [edge]: Math.max(leastMs, Math.min(mostMs, toMs)) });
  return (
    <span
      class={`handle ${edge === "fromMs" ? "begin" : "end"}`}
      role="slider"
      tabIndex={0}
      aria-label={edge === "fromMs" ? "Begin of the clip" : "End of the clip"}
      aria-valuemin={Math.round(shown.fromMs)}
      aria-valuemax={Math.round(shown.toMs)}
      aria-valuenow={Math.round(timeMs)}
      aria-valuetext={momentText(timeMs, Date.now())}
      style={{ left: `${((timeMs - shown.fromMs) / (shown.toMs - shown.fromMs)) * 100}%` }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { left, width } = (event.currentTarget.parentElement as HTMLElement).getBoundingClientRect();
        move(timeAt((event.clientX - left) / width, shown));
      }}
      onKeyDown={(event) => {
        const byMs = keyMs[event.key];
        if (byMs === undefined) return;
        // The player's own keys are for the place that is shown.
        event.preventDefault();
        event.stopPropagation();
        move(timeMs + byMs);
      }}
    />
  );
}

/** How long the stretch is, and the way to forget it. @param nowMs the place that is shown: its end until one is marked */
export function ClipLength({ marked, nowMs, onClear }: { marked: Partial<Span>; nowMs: number; onClear(): void }) {
  if (marked.fromMs === undefined) return null;
  const lengthMs = Math.max(0, (marked.toMs ?? nowMs) - marked.fromMs);
  return (
    <span class={lengthMs > longestClipMs ? "clip-length long" : "clip-length"}>
      {spanText(lengthMs)}
      {lengthMs > longestClipMs && `: a clip is ${spanText(longestClipMs)} at most`}
      <button type="button" class="tool icon" aria-label="Clear the marks" title="Clear the marks (X)" onClick={onClear}>
        <CloseIcon />
      </button>
    </span>
  );
}
