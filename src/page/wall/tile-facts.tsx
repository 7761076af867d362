/** What a tile says about its stream. */
import type { TopicKind } from "../../protocol/server-message.ts";
import type { TileMeasure } from "../measure.ts";
import { behindText, durationText, longDurationText, momentText, plural } from "../parts/words.ts";
import type { PlayClock } from "../rewind/clock.ts";
import type { Signal } from "./signal.ts";

export interface Badge {
  text: string;
  tone: "calm" | "warn";
  /** What it says when it is pointed at. */
  title?: string | undefined;
}

export function tileDot(signal: Signal, kind: TopicKind): "live" | "warn" | "" {
  if (signal.state === "live") return "live";
  return tileBadge(signal, kind, true)?.tone === "warn" ? "warn" : "";
}

/** Over a picture that is not the newest: that it is not, and how old it is. */
export function clockBadge({ live, playing, rate, timeMs }: PlayClock, nowMs: number): Badge | null {
  if (live) return null;
  const how = !playing ? "PAUSED" : rate === 1 ? "REPLAY" : `${String(rate).replace("-", "−")}×`;
  return { text: `${how} ${behindText(nowMs - timeMs)}`, tone: "warn" };
}

/** Over the picture, for what its viewer must know; null while all is well. */
export function tileBadge(signal: Signal, kind: TopicKind, painted: boolean): Badge | null {
  if (signal.state === "waiting") return painted ? null : { text: "Waiting for a picture…", tone: "calm" };
  if (signal.state === "broken") return { text: signal.why, tone: "warn" };
  if (signal.state === "ended") return { text: "Ended", tone: "calm" };
  // Pictures come when there is one; only a video that stops is a fault.
  if (signal.state === "silent" && kind === "video") return noSignal(signal.forMs, Date.now());
  return null;
}

function noSignal(forMs: number, nowMs: number): Badge {
  return { text: `No signal for ${longDurationText(forMs)}`, tone: "warn", title: `The last picture is of ${momentText(nowMs - forMs, nowMs)}` };
}

export function TileFacts({ measure, signal, kind, clock }: { measure: TileMeasure; signal: Signal; kind: TopicKind; clock: PlayClock }) {
  const { width, height, dropped } = measure;
  if (!clock.live) return null;
  return (
    <span class="facts">
      {dropped > 0 && (
        <span class="extra" title="Frames left out because this page was not ready for them">
          {plural(dropped, "frame")} dropped
        </span>
      )}
      {width > 0 && (
        <span class="size">
          {width}×{height}
        </span>
      )}
      {signal.state === "live" && signal.fps !== null && <span>{signal.fps < 9.5 ? signal.fps.toFixed(1) : Math.round(signal.fps)} fps</span>}
      {signal.state === "live" && signal.delayMs !== null && <Delay ms={signal.delayMs} />}
      {(signal.state === "ended" || (signal.state === "silent" && kind !== "video")) && <span>{longDurationText(signal.forMs)} ago</span>}
    </span>
  );
}

/** Clocks of two machines are rarely closer together. */
const mostAheadMs = 1000;

/** A picture cannot be seen before it is taken: then a clock is wrong, and how old the picture is nobody knows. */
function Delay({ ms }: { ms: number }) {
  if (ms < -mostAheadMs)
    return (
      <span class="delay" title="The picture is dated later than now: the clock of where it is taken is ahead, or that of this computer behind">
        clock {durationText(-ms)} ahead
      </span>
    );
  return (
    <span class="delay" title="From capture to this screen, the median over the last second">
      {durationText(ms)}
    </span>
  );
}
