/** One stream: its picture, and how it is doing. */
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { useCell } from "./cell.ts";
import type { Connection } from "./connection.ts";
import { decodesH264 } from "./h264.ts";
import { CloseIcon, FullIcon, LeftIcon, RightIcon } from "./icons.tsx";
import { measureTile } from "./measure.ts";
import { Player } from "./player.ts";
import type { Shown } from "./streams.ts";
import { TileFacts, tileBadge, tileDot } from "./tile-facts.tsx";
import { useVisible } from "./visible.ts";

const lookEveryMs = 500;

interface Props {
  connection: Connection;
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
}

export function Tile({ connection, stream, large, covered, alone, onOpen, onClose, onStep }: Props) {
  const { topic, key, name } = stream;
  const cell = useRef<HTMLLIElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const visible = useVisible(cell, large) && !covered;
  const h264 = useCell(decodesH264);
  const signal = player?.measure.signal ?? { state: "waiting" as const };
  const [, look] = useReducer((count: number, _: null) => count + 1, 0);

  useEffect(() => {
    const made = new Player(topic, key, canvas.current as HTMLCanvasElement);
    const forget = measureTile(made.measure);
    setPlayer(made);
    return () => {
      forget();
      made.close();
    };
  }, [topic, key]);

  useEffect(() => {
    if (!visible || !player) return;
    player.watched(true);
    const stop = connection.watch(
      topic,
      key,
      h264,
      (head, picture, painted) => player.receive(head, picture, painted),
      (message) => player.fail(message),
    );
    const timer = setInterval(() => look(null), lookEveryMs);
    return () => {
      clearInterval(timer);
      stop();
      player.watched(false);
    };
  }, [visible, player, h264]);

  useEffect(() => {
    if (large) button.current?.focus();
  }, [large]);

  const badge = visible || large ? tileBadge(signal, stream.kind, (player?.measure.painted ?? 0) > 0) : null;
  return (
    <li class="cell" ref={cell}>
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
          aria-label={`${name}, topic ${topic}: ${signal.state}. ${large ? "Back to the overview" : "Enlarge"}`}
          onClick={large ? onClose : onOpen}
        >
          <canvas ref={canvas} width={16} height={9} />
          {badge && <span class={`badge ${badge.tone}`}>{badge.text}</span>}
        </button>
        <footer>
          <i class={`dot ${tileDot(signal, stream.kind)}`} />
          <strong title={name}>{name}</strong>
          {name !== topic && (large || !alone) && (
            <span class="topic" title={topic}>
              {topic}
            </span>
          )}
          {player && <TileFacts measure={player.measure} signal={signal} kind={stream.kind} />}
          {large && (
            <span class="tools">
              {onStep && (
                <button type="button" class="tool icon" aria-label="Stream before" onClick={() => onStep(-1)}>
                  <LeftIcon />
                </button>
              )}
              {onStep && (
                <button type="button" class="tool icon" aria-label="Next stream" onClick={() => onStep(1)}>
                  <RightIcon />
                </button>
              )}
              <button
                type="button"
                class="tool icon"
                aria-label="Full screen"
                onClick={() => (document.fullscreenElement ? document.exitFullscreen() : cell.current?.firstElementChild?.requestFullscreen())}
              >
                <FullIcon />
              </button>
              <button type="button" class="tool icon" aria-label="Back to the overview" onClick={onClose}>
                <CloseIcon />
              </button>
            </span>
          )}
        </footer>
      </div>
    </li>
  );
}
