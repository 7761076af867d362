/** The options of kt produce that ask again and again. */
import { KtError } from "../errors.ts";
import { parseBytes, parseDuration } from "../units.ts";
import { flag, integer, list, secretPair, text, value } from "./kinds.ts";

function every(given: string, label: string): number {
  const ms = parseDuration(given, label);
  if (ms < 10) throw KtError.usage(`${label} takes 10ms or more, not '${given}'.`);
  return ms;
}

/** It may hold a password: what was typed wrongly is not repeated. */
function webAddress(given: string, label: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") throw KtError.usage(`${label} takes an address that begins with http:// or https://.`);
  return url;
}

/** RFC 6901: "" is the whole, /a/0 the first of what a has. */
function pointer(given: string, label: string): string {
  if (given !== "" && !given.startsWith("/")) throw KtError.usage(`${label} takes a JSON pointer such as /game/id, not '${given}'.`);
  return given;
}

export const liveOptions = {
  url: value("--url <address>", "Send what a web address answers; what it answered before is asked for by its ETag", webAddress),
  exec: value("--exec <command>", "Send what a shell command prints (one that never ends is better piped into kt produce)", text),
  every: value("--every <time>", "Ask again and again, so long from one start to the next; what fails meanwhile is noted, and tried again", every),
  split: value("--split <pointer>", "Each element of the JSON array at a JSON pointer is a record: /games, or '' where all is the array", pointer),
  keyFrom: value("--key-from <pointer>", "The key of each record is what its JSON has at a JSON pointer: /id", pointer),
  onChange: flag("--on-change", "Leave out a record that is what its key had last"),
  requestHeader: list("--request-header <name=value>", "Ask --url with a header, such as Accept; may be repeated", secretPair),
  timeout: value("--timeout <time>", "How long an answer or a run may take", parseDuration, { default: "10s" }),
  maxBody: value("--max-body <size>", "The most that one answer or run may be", parseBytes, { default: "16MB" }),
  attempts: value("--attempts <n>", "How often --url is asked, with growing pauses, before that turn has failed", integer(1, 100), { default: "3" }),
};
