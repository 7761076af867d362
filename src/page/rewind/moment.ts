/** A link to one picture of one stream: ?topic=street&key=cam1&at=2026-01-31T12:00:00.120Z. Pure. */

export interface Moment {
  topic: string;
  key: string;
  timeMs: number;
}

/** null where the address names none; a time is RFC 3339 or milliseconds since 1970. */
export function readMoment(search: string): Moment | null {
  const query = new URLSearchParams(search);
  const [topic, at] = [query.get("topic"), query.get("at")];
  if (!topic || !at) return null;
  const timeMs = /^@?\d+$/.test(at) ? Number(at.replace("@", "")) : Date.parse(at);
  return Number.isFinite(timeMs) ? { topic, key: query.get("key") ?? "", timeMs } : null;
}

/** Milliseconds where it is beyond what a date can be. */
function atText(timeMs: number): string {
  const at = new Date(timeMs);
  return Number.isNaN(at.getTime()) ? String(timeMs) : at.toISOString();
}

export function writeMoment({ topic, key, timeMs }: Moment): string {
  return `?${new URLSearchParams({ topic, key, at: atText(timeMs) })}`;
}
