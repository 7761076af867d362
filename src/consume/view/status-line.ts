/** The line below the picture. Pure. */
import { nounFor } from "../../words.ts";

export interface Status {
  stream: string;
  /** Milliseconds since 1970; -1 where the record has none. */
  timestampMs: number;
  fps: number;
  dropped: number;
  stopped: boolean;
  /** How many other streams the topic has. */
  others: number;
  /** What kt would say on stderr. */
  told: string;
}

/** At most so much of the line is the stream's name. */
const nameShare = 0.4;

/** Exactly so many columns, and nothing in it that a terminal would obey. */
export function statusLine(status: Status, columns: number): string {
  const { stream, timestampMs, fps, dropped, stopped, others, told } = status;
  const words = [
    shortened(visible(stream), Math.max(8, Math.floor(columns * nameShare))) || "(no key)",
    timestampMs >= 0 ? timeText(timestampMs) : "no time",
    stopped ? "paused" : `${fps.toFixed(fps < 9.95 ? 1 : 0)} fps`,
    `${dropped} dropped`,
    others > 0 ? `${others === 99 ? "99 or more" : others} other ${nounFor(others, "stream")}: --key` : "",
    visible(told),
    told ? "" : "space pauses, q ends",
  ];
  return padded(shortened(` ${words.filter(Boolean).join("  ")}`, columns), columns);
}

/** In local time. */
function timeText(timestampMs: number): string {
  const time = new Date(timestampMs);
  const two = (number: number) => String(number).padStart(2, "0");
  if (Number.isNaN(time.getTime())) return `${timestampMs} ms`;
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

/** Controls, what turns the direction of writing and what is seen by nobody, as the numbers that they have. */
export function visible(text: string): string {
  return text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) as number).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
  });
}

/** What a terminal takes two columns for counts as two. */
function shortened(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let short = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Bun.stringWidth(short + segment) > columns - 1) break;
    short += segment;
  }
  return `${short}…`;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - Bun.stringWidth(text)));
}
