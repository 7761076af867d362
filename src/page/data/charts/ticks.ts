/** A chart's times and numbers as people read them. Pure. */

const two = (value: number) => String(value).padStart(2, "0");
const dayMs = 86_400_000;

/** The times along an axis, as exact as their distance asks for, in the reader's time zone; a day is named where it begins. */
export function timeTicks(timesMs: number[], stepMs: number, nowMs: number): string[] {
  return timesMs.map((ms, i) => {
    const at = new Date(ms);
    // That it is today need not be said.
    const before = new Date(timesMs[i - 1] ?? nowMs);
    const year = at.getFullYear() === before.getFullYear() ? "" : ` ${at.getFullYear()}`;
    const day = `${at.getDate()} ${at.toLocaleString("en", { month: "short" })}${year}`;
    if (stepMs >= dayMs) return day;
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const text =
      stepMs >= 60_000
        ? clock
        : stepMs >= 1000
          ? `${clock}:${two(at.getSeconds())}`
          : `${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
    return before.toDateString() === at.toDateString() ? text : `${text}\n${day}`;
  });
}

const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 7 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 5 });

export function numberText(value: number): string {
  return Math.abs(value) >= 1e6 ? short.format(value) : exact.format(value);
}
