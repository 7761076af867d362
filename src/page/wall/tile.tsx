/** One stream: its picture, how it is doing, and large, its player. */
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { BoxesNote } from "../boxes/boxes-note.tsx";
import type { Connection } from "../connection.ts";
import { decodesH264 } from "../live/h264.ts";
import { inPicture } from "../live/picture-in-picture.ts";
import { StreamView } from "../live/stream-view.ts";
import { measureTile } from "../measure.ts";
import { useCell } from "../parts/cell.ts";
import { useVisible } from "../parts/visible.ts";
import type { Clocks } from "../rewind/clocks.ts";
import { gapText } from "../rewind/gap.ts";
import type { Memory } from "../rewind/remember.ts";
import { useClock } from "../rewind/use-clock.ts";
import type { Shown } from "../streams.ts";
import { ArrangeTile, arrangeKeys } from "./arrange-tile.tsx";
import { PlayAgain } from "./play-again.tsx";
import { Theatre } from "./theatre.tsx";
import { clockBadge, TileFacts, tileBadge, tileDot } from "./tile-facts.tsx";

const lookEveryMs = 500;

interface Props {
  connection: Connection;
  clocks: Clocks;
  memory: Memory;
  stream: Shown;
  large: boolean;
  /** Another is large. */
  covered: boolean;
  onOpen(): void;
  onClose(): void;
  /** All streams are of one topic, which then need not be said on each. */
  alone: boolean;
  /** To the stream before or after this one; absent when there is no other. */
  onStep?: (by: 1 | -1) => void;
  onDrop(): void;
  /** Before or behind the next on the wall; absent where there is no other. */
  onMove?: (by: 1 | -1) => void;
}

export function Tile({ connection, clocks, memory, stream, large, covered, alone, onOpen, onClose, onStep, onDrop, onMove }: Props) {
  const { topic, key, name, lastTimestampMs } = stream;
  const cell = useRef<HTMLLIElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [view, setView] = useState<StreamView | null>(null);
  // What is in a small window of its own goes on, wherever the page is.
  const apart = useCell(inPicture) === canvas.current && canvas.current !== null;
  const visible = (useVisible(cell, large) && !covered) || apart;
  const decodes = useCell(decodesH264);
  const together = useCell(clocks.together);
  const own = clocks.own(topic, key);
  const clock = useClock(together ? clocks.shared : own);
  const [, look] = useReducer((count: number, _: null) => count + 1, 0);

  // Layout effects do not wait for the page to be painted: the first picture is asked for at once.
  useLayoutEffect(() => {
    const made = new StreamView(connection, topic, key, canvas.current as HTMLCanvasElement, layer.current as HTMLCanvasElement, clock);
    const forget = measureTile(made.player.measure, made.boxMeasure);
    setView(made);
    return () => {
      forget();
      made.close();
    };
  }, [topic, key, clock]);

  const live = clock.live;
  const h264 = decodes && (view?.trust.trusted.get() ?? true);
  useLayoutEffect(() => {
    if (!visible || !view || view.clock !== clock) return;
    const stop = view.watch(h264);
    const remembered = memory.keep(view);
    const trust = view.trust.trusted.subscribe(() => look(null));
    const timer = setInterval(() => {
      view.trust.look(Date.now());
      look(null);
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
      trust();
      remembered();
      stop();
    };
  }, [visible, view, h264, live]);

  useEffect(() => view?.player.seen(lastTimestampMs), [view, lastTimestampMs]);

  useEffect(() => {
    if (view) view.large = large;
  }, [large, view]);

  const wasLarge = useRef(false);
  useEffect(() => {
    // What had the focus in the player is gone with it.
    const lost = wasLarge.current && document.activeElement === document.body;
    if (large || lost) button.current?.focus();
    wasLarge.current = large;
  }, [large, view]);

  const signal = view?.player.measure.signal ?? { state: "waiting" as const };
  const trouble = live ? null : view?.rewinder.trouble.get();
  const gap = live ? null : view?.rewinder.gap.get();
  const badge = trouble
    ? { text: trouble, tone: "warn" as const, title: undefined }
    : gap
      ? { text: gapText(gap, Date.now()), tone: "calm" as const, title: undefined }
      : !live
        ? large // where the controls say so
          ? null
          : clockBadge(clock, Date.now())
        : visible || large
          ? tileBadge(signal, stream.kind, (view?.player.measure.painted ?? 0) > 0)
          : null;
  return (
    <li class="cell" ref={cell} style={{ "--own": stream.aspect ?? undefined }}>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-modal is there only together with role=dialog */}
      <div
        class={large ? "tile large" : "tile"}
        role={large ? "dialog" : "group"}
        aria-modal={large || undefined}
        aria-label={`${name}, topic ${topic}`}
        inert={covered}
      >
        <button
          type="button"
          class="picture"
          ref={button}
          aria-label={`${name}, topic ${topic}: ${badge ? badge.text : live ? signal.state : clock.playing ? "replay" : "paused"}. ${large ? "Pause or play" : "Enlarge"}`}
          onClick={large ? undefined : onOpen}
          onKeyDown={large ? undefined : arrangeKeys(onDrop, onMove)}
        >
          <canvas ref={canvas} class={gap ? "past" : undefined} width={16} height={9} />
          <canvas ref={layer} class="boxes" width={0} height={0} />
          {view && <BoxesNote view={view} />}
          {badge && (
            <span class={`badge ${badge.tone}`} title={badge.title}>
              {badge.text}
            </span>
          )}
        </button>
        {view && live && signal.state === "ended" && <PlayAgain connection={connection} topic={topic} keyName={key} clock={clock} />}
        {!large && <ArrangeTile name={name} onDrop={onDrop} onMove={onMove} />}
        {large && view && <Theatre connection={connection} view={view} frame={cell} onClose={onClose} onStep={onStep} />}
        <footer>
          <i class={`dot ${live ? tileDot(signal, stream.kind) : ""}`} />
          <strong title={name}>{name}</strong>
          {name !== topic && (large || !alone) && (
            <span class="topic" title={topic}>
              {topic}
            </span>
          )}
          {view && <TileFacts measure={view.player.measure} signal={signal} kind={stream.kind} clock={clock} />}
        </footer>
      </div>
    </li>
  );
}
