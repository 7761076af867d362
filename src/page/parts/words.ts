/** Numbers as people read them. Pure. */
import { nounFor } from "../../words.ts";

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

export function plural(count: number, word: string): string {
  return `${countText(count)} ${nounFor(count, word)}`;
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

/** When the day of a time begins in the reader's time zone, and when the next one does. */
export function dayOf(ms: number): { fromMs: number; toMs: number } {
  const at = new Date(ms);
  const midnight = (days: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return { fromMs: midnight(0), toMs: midnight(1) };
}

/**
 * With the day in front where it is not today's: 14:03:09.120, 31 Jan 14:03:09.120, 31 Jan 2025 14:03:09.120.
 * @param noDate what stands for a time that no date can be
 */
export function momentText(ms: number, nowMs: number, noDate = isoText(ms)): string {
  if (Number.isNaN(new Date(ms).getTime())) return noDate;
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return isToday ? timeText(ms) : `${dayText(ms, nowMs)} ${timeText(ms)}`;
}

/** 31 Jan, and of another year than this 31 Jan 2025. */
function dayText(ms: number, nowMs: number): string {
  const [at, now] = [new Date(ms), new Date(nowMs)];
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: at.getFullYear() === now.getFullYear() ? undefined : "numeric" });
}

/** The reader's distance from UTC at that time: UTC+1, UTC−3:30, UTC. */
export function zoneText(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  if (!minutes) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest > 0 ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** In the reader's time and in UTC: 2026-01-31 14:03:09.120 UTC+1 = 2026-01-31T13:03:09.120Z. */
export function exactText(ms: number): string {
  const at = new Date(ms);
  const offsetMs = at.getTimezoneOffset() * 60_000;
  const local = new Date(ms - offsetMs);
  if (Number.isNaN(local.getTime()) || offsetMs === 0) return isoText(ms);
  return `${local.toISOString().replace("T", " ").slice(0, -1)} ${zoneText(ms)} = ${isoText(ms)}`;
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
