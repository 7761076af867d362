/** All streams at the same time of the log: the button, and the player for all of them. */
import { useMemo } from "preact/hooks";
import type { Connection } from "../connection.ts";
import { useKeys } from "../keys.ts";
import { someLive } from "../measure.ts";
import { useCell } from "../parts/cell.ts";
import type { Clocks } from "../rewind/clocks.ts";
import { type Controlled, Controls } from "../rewind/controls.ts";
import { playerKeys } from "../rewind/player-keys.ts";
import { Rewinder } from "../rewind/rewinder.ts";
import { Transport } from "../rewind/transport.tsx";
import type { Shown } from "../streams.ts";

export function TogetherButton({ clocks }: { clocks: Clocks }) {
  const together = useCell(clocks.together);
  return (
    <button
      type="button"
      class={together ? "tool switch on" : "tool switch"}
      aria-pressed={together}
      title="All streams show the same time, and are paused and rewound together"
      onClick={() => (together ? clocks.part(performance.now()) : clocks.join())}
    >
      <i aria-hidden="true" /> Together
    </button>
  );
}

export function TogetherBar({ connection, clocks, streams }: { connection: Connection; clocks: Clocks; streams: Shown[] }) {
  const clock = clocks.shared;
  const controls = useMemo(() => new Controls(clock, () => firstOf(clocks), someLive), [clock]);
  useKeys(playerKeys(controls));
  return (
    <section class="together" aria-label="All streams">
      <Transport connection={connection} streams={streams} controls={controls} />
    </section>
  );
}

/** A picture on, or back, is one of the first stream that has pictures there; the others follow. */
function firstOf({ shared }: Clocks): Controlled | null {
  const rewinders = [...shared.followers].filter((follower) => follower instanceof Rewinder);
  const rewinder = rewinders.find(({ current, gap }) => current.get() && !gap.get()) ?? rewinders.find(({ current }) => current.get());
  return rewinder ? { shown: rewinder.current.get(), rewinder } : null;
}
