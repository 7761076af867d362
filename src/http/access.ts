/** Who may ask: the token, the name that a request calls this server by, and pages of other sites. */
import { timingSafeEqual } from "node:crypto";
import { problem } from "./answers.ts";
import { targetOf } from "./target.ts";

export interface AccessOptions {
  /** The address that is listened on. */
  host: string;
  /** What every path but /healthz asks for; undefined asks for nothing. */
  token: string | undefined;
  /** Sites whose pages may read what is served: https://wall.example, or * for all. */
  origins: string[];
}

const cookie = "kt_token";
const readable = "X-Timestamp, X-Offset, X-Partition, ETag, Content-Disposition";

export class Access {
  readonly #token: string | undefined;
  readonly #origins: string[];
  /** undefined where requests may call the server whatever they like. */
  readonly #names: Set<string> | undefined;

  constructor({ host, token, origins }: AccessOptions) {
    this.#token = token;
    this.#origins = origins;
    // A page of another site whose name was made to lead to 127.0.0.1 has no token, but would have a Host of
    // its own (DNS rebinding).
    const hosts = origins.flatMap((origin) => (URL.canParse(origin) ? [new URL(origin).hostname] : []));
    if (isLoopback(host) && token === undefined && !origins.includes("*")) this.#names = new Set([host.toLowerCase(), "localhost", "[::1]", ...hosts]);
  }

  /** The answer to who may not ask; undefined where he may. */
  refuse(request: Request, { open = false } = {}): Response | undefined {
    const host = request.headers.get("host");
    if (this.#names && host !== null && !this.#knows(host))
      return problem(421, `This kt listens on this machine only and is not called '${host}'. Ask for it by 127.0.0.1, or name the site by --allow-origin.`);
    if (this.#token === undefined || open || this.#isToken(tokensOf(request), this.#token)) return undefined;
    const challenge = 'Basic realm="kt", charset="UTF-8", Bearer realm="kt"';
    const sentence = "This kt asks for its token. Send 'Authorization: Bearer TOKEN', or ?token=TOKEN, or the token as the password.";
    return problem(401, sentence, { "WWW-Authenticate": challenge });
  }

  /** Whether a page may open the socket: browsers let any site's page try. */
  mayConnect(request: Request): boolean {
    const origin = request.headers.get("origin");
    if (origin === null || this.#allows(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
  }

  /** What a browser has to be told before another site's page may read the answer. */
  headers(request: Request): Record<string, string> {
    const origin = request.headers.get("origin");
    if (this.#origins.length === 0) return {};
    if (origin === null || !this.#allows(origin)) return { Vary: "Origin" };
    return { Vary: "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": readable };
  }

  /** The answer to OPTIONS. */
  options(request: Request, methods: string): Response {
    const preflight = {
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": "Authorization, Last-Event-ID, Range",
      "Access-Control-Max-Age": "600",
    };
    const headers = this.headers(request);
    return new Response(null, { status: 204, headers: { Allow: methods, ...headers, ...("Access-Control-Allow-Origin" in headers ? preflight : {}) } });
  }

  /**
   * The page that was opened with ?token= keeps it as a cookie, which its images and its socket bring along; the
   * address is left without it, so that nobody copies it by accident.
   */
  welcome(request: Request): Response | undefined {
    const url = targetOf(request);
    const token = url.searchParams.get("token");
    if (token === null || this.#token === undefined) return undefined;
    url.searchParams.delete("token");
    const headers = new Headers({ Location: url.pathname + url.search, "Cache-Control": "no-store" });
    // Who is known by the cookie may come with an old address.
    if (this.#isToken([token], this.#token))
      headers.set("Set-Cookie", `${cookie}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000`);
    return new Response(null, { status: 303, headers });
  }

  #allows(origin: string): boolean {
    return this.#origins.includes("*") || this.#origins.includes(origin);
  }

  #knows(host: string): boolean {
    const name = host.toLowerCase().replace(/:\d+$/, "");
    return this.#names?.has(name) === true || name.endsWith(".localhost") || isLoopback(name);
  }

  #isToken(given: string[], token: string): boolean {
    // Of the same length, whatever was given: how long the comparison takes must not say how much of it is right.
    const digest = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest();
    return given.filter((text) => timingSafeEqual(digest(text), digest(token))).length > 0;
  }
}

/** All that the request may mean as the token. */
function tokensOf(request: Request): string[] {
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

export function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/i.test(host);
}
