/** Which day it is for the reader: what is written of times changes at midnight, also where nothing comes then. */
import { useEffect, useState } from "preact/hooks";

/** Daylight saving, or a clock that is set, may move midnight: it is looked at again by then. */
const mostWaitMs = 3_600_000;

/** The day, as Date.toDateString has it; the component is drawn again when another begins. */
export function useToday(): string {
  const [today, setToday] = useState(() => new Date().toDateString());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const now = new Date();
      setToday(now.toDateString());
      const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
      timer = setTimeout(look, Math.min(mostWaitMs, midnight.getTime() - now.getTime() + 1));
    };
    look();
    return () => clearTimeout(timer);
  }, []);
  return today;
}
