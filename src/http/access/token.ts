/** How a token is brought, and kept by a browser. */
import { targetOf } from "../target.ts";
import { orAfter } from "../wait.ts";
import type { Tokens } from "./tokens.ts";

const cookie = "kt_token";
const mostFormBytes = 16 << 10;
const mostFormMs = 10_000;

/** What a browser is told to keep. */
export interface Keeping {
  tokens: Tokens;
  /** Whether the page comes by https: then the cookie goes nowhere else. */
  secure: boolean;
}

/**
 * The page that was opened with ?token= keeps it as a cookie, which its images and its socket bring along; the
 * address is left without it, so that nobody copies it by accident.
 */
export function welcome(request: Request, keeping: Keeping): Response | undefined {
  const url = targetOf(request);
  const given = url.searchParams.get("token");
  if (given === null) return undefined;
  url.searchParams.delete("token");
  const headers = new Headers({ Location: url.pathname + url.search, "Cache-Control": "no-store" });
  // Who is known by the cookie may come with an old address.
  if (keeping.tokens.rightOf([given])) headers.set("Set-Cookie", cookieOf(given, keeping));
  return new Response(null, { status: 303, headers });
}

/** Whether it brings what was entered in the token's page. */
export function isTokenForm({ method, headers }: Request): boolean {
  return method === "POST" && (headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
}

/** What was entered; undefined where it is longer than any token is, or does not come. */
export async function enteredToken(request: Request): Promise<string | undefined> {
  const bytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(bytes <= mostFormBytes)) return undefined;
  const text = await orAfter(request.text(), mostFormMs);
  return text === "late" ? undefined : (new URLSearchParams(text).get("token") ?? "");
}

/** The way back to what was asked for, with the token kept; undefined where it is another. */
export function enter(request: Request, entered: string, keeping: Keeping): Response | undefined {
  // What was pasted often ends with a blank.
  const right = [entered, entered.trim()].find((text) => keeping.tokens.rightOf([text]));
  if (right === undefined) return undefined;
  const url = targetOf(request);
  // What is deleted from is written anew, in other letters.
  if (bringsToken(request)) url.searchParams.delete("token");
  // Relative: below a proxy's prefix it stays there, and it leads to no other site, however the path begins.
  const place = `./${url.pathname.slice(url.pathname.lastIndexOf("/") + 1)}${url.search}`;
  return new Response(null, { status: 303, headers: { Location: place, "Cache-Control": "no-store", "Set-Cookie": cookieOf(right, keeping) } });
}

function cookieOf(token: string, { secure }: Keeping): string {
  return `${cookie}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000${secure ? "; Secure" : ""}`;
}

/** Whether it has one in its address, right or wrong. */
export function bringsToken(request: Request): boolean {
  return targetOf(request).searchParams.has("token");
}

/** All that the request may mean as the token. */
export function tokensOf(request: Request): string[] {
  const [, scheme = "", credentials = ""] = /^(\w+) +(.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const found = [targetOf(request).searchParams.get("token"), new Bun.CookieMap(request.headers.get("cookie") ?? "").get(cookie)];
  if (scheme.toLowerCase() === "bearer") found.push(credentials);
  // The user's name may be any: http://kt:TOKEN@host/ is an address that every program takes.
  if (scheme.toLowerCase() === "basic")
    found.push(
      Buffer.from(credentials, "base64")
        .toString()
        .replace(/^[^:]*:/, ""),
    );
  return found.filter((text): text is string => Boolean(text));
}
