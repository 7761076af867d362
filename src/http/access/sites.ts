/** Whose page makes a browser ask. */
import { hostName } from "../../host-name.ts";

export type Site =
  /** kt's own page, an address that somebody typed, or a program. */
  | "own"
  /** A page of a site that --allow-origin names. */
  | "named"
  /** A page of any other site, where --allow-origin * lets all read. */
  | "any"
  /** A browser that does not say: over plain http it keeps from another machine's kt what it tells one on this machine. */
  | "unsaid"
  | "foreign";

/**
 * Sec-Fetch-Site decides where a browser sends it (W3C Fetch Metadata), which no page can change. Of an address that
 * is neither https nor this machine's it sends none; then the Origin tells, and the Referer where there is none. A
 * page can leave those away, but it cannot write others. "same-site" is another site here: it is another program's
 * page, on another port of this machine or under a neighbour's name.
 */
export function siteOf({ headers }: Request, named: readonly string[]): Site {
  const origin = headers.get("origin") ?? originOf(headers.get("referer"));
  const relation = headers.get("sec-fetch-site");
  if (relation === "same-origin" || relation === "none") return "own";
  if (origin !== null && named.includes(origin)) return "named";
  if (relation === null && origin === null) return isBrowser(headers) && !isNavigation(headers) ? "unsaid" : "own";
  if (relation === null && isHost(origin, headers.get("host"))) return "own";
  return named.includes("*") ? "any" : "foreign";
}

/**
 * Whether somebody goes to the address, in a tab of its own: a link that he followed, and not one that is only fetched
 * ahead. Over plain http a frame looks the same; kt's page is in none all the same, see Access.
 */
export function isVisit({ headers }: Request): boolean {
  if (headers.has("sec-purpose")) return false;
  if (!headers.has("sec-fetch-site")) return isNavigation(headers);
  return headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document";
}

/** https://wall.example of an address; null where it says nothing. */
function originOf(address: string | null): string | null {
  return address !== null && URL.canParse(address) ? new URL(address).origin : null;
}

function isHost(origin: string | null, host: string | null): boolean {
  if (origin === null || host === null || !URL.canParse(origin) || hostName(host) === undefined) return false;
  return new URL(origin).host === new URL(`http://${host}`).host;
}

/** Whether a browser shows the answer as a page, in a tab or in a frame. */
export function isShown({ headers, method }: Request): boolean {
  return method === "GET" && (headers.get("sec-fetch-mode") === "navigate" || (!headers.has("sec-fetch-mode") && isNavigation(headers)));
}

/** Programs say what they are. */
export const isBrowser = (headers: Headers) => /^Mozilla\//.test(headers.get("user-agent") ?? "");
/** Which a script cannot make its own requests say. */
const isNavigation = (headers: Headers) => headers.get("upgrade-insecure-requests") === "1";
