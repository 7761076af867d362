/** A link to one stream, or to one picture of it: ?topic=street&key=cam1&at=2026-01-31T12:00:00.120Z. Pure. */

export interface Moment {
  topic: string;
  /** null where the link names none: the topic's first stream. */
  key: string | null;
  /** null is the live end. */
  timeMs: number | null;
}

/** With what is wrong about the link, in a sentence. */
export interface Linked {
  moment: Moment | null;
  trouble: string | null;
}

/** A time is RFC 3339, or milliseconds since 1970; a "+" that nobody encoded came as a space. */
const timeForm = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z|([+\s-])(\d{2}:\d{2}))$/i;

export function readMoment(search: string): Linked {
  const query = new URLSearchParams(search);
  const [topic, key, at] = [query.get("topic"), query.get("key"), query.get("at")];
  if (!topic) return { moment: null, trouble: at === null ? null : "The address has a time (at=) and no topic= that it is of." };
  const timeMs = at === null ? null : readTime(at);
  if (timeMs !== undefined) return { moment: { topic, key, timeMs }, trouble: null };
  return {
    moment: { topic, key, timeMs: null },
    trouble: `“${at}” in the address is no time: give 2026-01-31T12:00:00Z, or milliseconds since 1970. What is live is shown instead.`,
  };
}

/** undefined for what is none. */
function readTime(text: string): number | undefined {
  if (/^@?\d+$/.test(text)) return Number(text.replace("@", ""));
  const [, time, sign, zone] = timeForm.exec(text.replace(/^@/, "")) ?? [];
  if (time === undefined) return undefined;
  // Date.parse takes 31 February for 3 March: the day must come back as it went in.
  const day = time.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const timeMs = Date.parse(`${time}${zone === undefined ? "Z" : `${sign === "-" ? "-" : "+"}${zone}`}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Milliseconds where it is beyond what a date can be. */
function atText(timeMs: number): string {
  const at = new Date(timeMs);
  return Number.isNaN(at.getTime()) ? String(timeMs) : at.toISOString();
}

export function writeMoment({ topic, key, timeMs }: { topic: string; key: string; timeMs: number }): string {
  return `?${new URLSearchParams({ topic, key, at: atText(timeMs) })}`;
}
