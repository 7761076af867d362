/** What a list shows: its log as it grows, or what was there when its reader began to read. */
import { useState } from "preact/hooks";
import type { PanelRecord } from "../../protocol/server-message.ts";
import type { RecordLog } from "./record-log.ts";

export interface HeldRecords {
  shown: PanelRecord[];
  held: boolean;
  /** Held until its reader says otherwise, wherever the list is scrolled to. */
  paused: boolean;
  /** Came since it is held; as many as the log keeps where there may be more. */
  waiting: number;
  hold(): void;
  pause(): void;
  /** The end was scrolled to. */
  follow(): void;
  /** The newest are asked for. */
  resume(): void;
}

export function useHeldRecords({ records }: RecordLog): HeldRecords {
  const [held, setHeld] = useState<PanelRecord[] | null>(null);
  const [paused, setPaused] = useState(false);
  const hold = () => setHeld((before) => before ?? records);
  return {
    shown: held ?? records,
    held: held !== null,
    paused,
    waiting: held ? records.length - 1 - records.lastIndexOf(held.at(-1) as PanelRecord) : 0,
    hold,
    pause: () => {
      hold();
      setPaused(true);
    },
    follow: () => paused || setHeld(null),
    resume: () => {
      setPaused(false);
      setHeld(null);
    },
  };
}
