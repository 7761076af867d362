/** A chart's times and numbers as people read them. Pure. */

const two = (value: number) => String(value).padStart(2, "0");
const dayMs = 86_400_000;

/** The times along an axis, as exact as their distance asks for, in the reader's time zone. */
export function timeTicks(timesMs: number[], stepMs: number): string[] {
  return timesMs.map((ms, i) => {
    const at = new Date(ms);
    const before = timesMs[i - 1];
    const day = `${at.toLocaleString("en", { month: "short" })} ${at.getDate()}`;
    if (stepMs >= dayMs) return day;
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const text =
      stepMs >= 60_000
        ? clock
        : stepMs >= 1000
          ? `${clock}:${two(at.getSeconds())}`
          : `${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
    // Where a day begins, it is named.
    return before !== undefined && new Date(before).getDate() !== at.getDate() ? `${text}\n${day}` : text;
  });
}

const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 7 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 5 });

export function numberText(value: number): string {
  return Math.abs(value) >= 1e6 ? short.format(value) : exact.format(value);
}
