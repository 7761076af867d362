/** What of all that was seen is drawn: chosen once for all streams, and remembered. */
import { cell } from "../parts/cell.ts";
import { readStored, store } from "../parts/storage.ts";

export interface BoxSettings {
  on: boolean;
  /** Labels that are not drawn. */
  hidden: string[];
  /** From 0 to 1; what has no score is drawn. */
  leastScore: number;
  /** A live picture waits so long for what was seen in it; 0 shows it at once. */
  holdMs: number;
  trails: boolean;
}

const name = "kt-boxes";
const usual: BoxSettings = { on: true, hidden: [], leastScore: 0, holdMs: 0, trails: true };
/** A record must not fill what the browser keeps. */
const mostHidden = 200;
export const holdChoicesMs = [0, 500, 1000, 2000, 5000];

function read(): BoxSettings {
  const stored: Partial<BoxSettings> = readStored<Partial<BoxSettings>>(name) ?? {};
  const { on, hidden, leastScore, holdMs, trails } = stored;
  return {
    on: typeof on === "boolean" ? on : usual.on,
    hidden: Array.isArray(hidden) ? hidden.filter((label) => typeof label === "string").slice(0, mostHidden) : usual.hidden,
    leastScore: typeof leastScore === "number" && leastScore >= 0 && leastScore <= 1 ? leastScore : usual.leastScore,
    holdMs: holdMs !== undefined && holdChoicesMs.includes(holdMs) ? holdMs : usual.holdMs,
    trails: typeof trails === "boolean" ? trails : usual.trails,
  };
}

export const boxSettings = cell<BoxSettings>(typeof localStorage === "undefined" ? usual : read());

export function changeBoxes(change: Partial<BoxSettings>): void {
  const next = { ...boxSettings.get(), ...change };
  next.hidden = next.hidden.slice(-mostHidden);
  boxSettings.set(next);
  store(name, next);
}

export const toggleBoxes = () => changeBoxes({ on: !boxSettings.get().on });

/** @returns whether an object is drawn */
export function isChosen({ label, score }: { label: string; score: number | null }, { hidden, leastScore }: BoxSettings): boolean {
  return (score === null || score >= leastScore) && !hidden.includes(label);
}
