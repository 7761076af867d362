/** Numbers as people read them. Pure. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** 12 ms, 1.4 s, 5 min, 3 h, 2 d. */
export function durationText(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return longDurationText(ms);
}

/** Without fractions, for what counts up: 4 s, 5 min. */
export function longDurationText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${whole.format(Math.floor(seconds / 86_400))} d`;
}

export function countText(count: number): string {
  return count < 10_000 ? whole.format(count) : short.format(count);
}

/** 0.4/s, 30/s, 1.2K/s. */
export function rateText(perSecond: number): string {
  return perSecond > 0 && perSecond < 9.95 && perSecond % 1 !== 0 ? `${perSecond.toFixed(1).replace(/\.0$/, "")}/s` : `${countText(perSecond)}/s`;
}

/** Thousands, as broker settings and disks are sold. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${["B", "kB", "MB", "GB"][power]}`;
}

export function plural(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** 14:03:09.120 in the reader's time zone. */
export function timeText(ms: number): string {
  const at = new Date(ms);
  // As wide as the others: what it is stands in the row's title.
  if (Number.isNaN(at.getTime())) return "no date";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** As RFC 3339 has it; a time that no date can be, as when a producer wrote nanoseconds, as its number. */
export function isoText(ms: number): string {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? `${BigInt(Math.round(ms))} ms since 1970` : at.toISOString();
}

/** With the day in front where it is not today's: 14:03:09.120, 31 Jan 14:03:09.120. */
export function momentText(ms: number, nowMs: number): string {
  const [at, now] = [new Date(ms), new Date(nowMs)];
  if (Number.isNaN(at.getTime())) return isoText(ms);
  if (at.toDateString() === now.toDateString()) return timeText(ms);
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: at.getFullYear() === now.getFullYear() ? undefined : "numeric" });
  return `${day} ${timeText(ms)}`;
}

/** How far behind the live end, as players say it: −0:07, −2:10, −1:04:00. */
export function behindText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 48) return `−${longDurationText(ms)}`;
  return hours > 0 ? `−${hours}:${two(minutes)}:${two(seconds % 60)}` : `−${minutes}:${two(seconds % 60)}`;
}

/** How long something is, as players say it: 0:07, 2:10, 1:04:00. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
