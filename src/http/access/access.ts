/** Who may ask: the name that a request calls this server by, the token, and pages of other sites. */
import { problem } from "../answers.ts";
import type { Effect } from "../endpoint.ts";
import { Hosts } from "./hosts.ts";
import { isBrowser, isShown, isVisit, type Site, siteOf } from "./sites.ts";
import { bringsToken, enter, enteredToken, hasToken, isTokenForm, welcome } from "./token.ts";
import { tokenPage } from "./token-page.ts";

export interface AccessOptions {
  /** The address that is listened on. */
  host: string;
  /** Other names that lead here. */
  hosts: string[];
  /** What every path but /healthz asks for; undefined asks for nothing. */
  token: string | undefined;
  /** Sites whose pages may have what is served: https://wall.example, or * for all. */
  origins: string[];
}

export interface Asked {
  /** Whether a token is not asked for. */
  open?: boolean;
  effect: Effect;
}

const readable = "X-Timestamp, X-Offset, X-Partition, ETag, Content-Disposition";
const nameMost = 100;

export class Access {
  readonly #token: string | undefined;
  readonly #origins: string[];
  /** undefined where requests may call the server whatever they like: a page that came by a name of its own has no token. */
  readonly #hosts: Hosts | undefined;

  constructor({ host, hosts, token, origins }: AccessOptions) {
    this.#token = token;
    this.#origins = origins;
    const ofOrigins = origins.filter((origin) => origin !== "*").map((origin) => new URL(origin).hostname);
    if (token === undefined) this.#hosts = new Hosts(host, [...hosts, ...ofOrigins]);
  }

  /** The answer to who may not ask; undefined where he may. */
  refuse(request: Request, { open = false, effect }: Asked): Response | undefined {
    const host = request.headers.get("host");
    if (this.#hosts && host !== null && !this.#hosts.knows(host))
      return problem(421, `This kt is not called '${host.slice(0, nameMost)}'. Ask for it by this machine's name or address, or name that by --allow-host.`);
    if (this.#token !== undefined && !open && !hasToken(request, this.#token)) {
      if (isShown(request)) return tokenPage(bringsToken(request) ? "The token in the address is not the one of this kt." : undefined, this.#frames);
      // For Basic a browser opens a dialog of its own, also when a page asks that was open before kt was started anew.
      const challenge = isBrowser(request.headers) ? 'Bearer realm="kt"' : 'Basic realm="kt", charset="UTF-8", Bearer realm="kt"';
      const sentence = "This kt asks for its token. Send 'Authorization: Bearer TOKEN', or ?token=TOKEN, or the token as the password.";
      return problem(401, sentence, { "WWW-Authenticate": challenge });
    }
    return this.#refuseSite(request, effect);
  }

  /** Whether who asks may have consumer groups moved. */
  mayChange(request: Request): boolean {
    return mayHave(siteOf(request, this.#origins), "change");
  }

  /** What a browser has to be told before another site's page may read the answer. */
  headers(request: Request): Record<string, string> {
    const origin = request.headers.get("origin");
    if (this.#origins.length === 0) return {};
    if (origin === null || !this.#allows(origin)) return { Vary: "Origin" };
    return { Vary: "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": readable };
  }

  /** Who may have the page in a frame: what is clicked in it must be meant. */
  get pageHeaders(): Record<string, string> {
    return { "Content-Security-Policy": this.#frames };
  }

  get #frames(): string {
    return ["frame-ancestors 'self'", ...this.#origins.filter((origin) => origin !== "*")].join(" ");
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

  /** The answer to who opens the page with the token in its address. */
  welcome(request: Request): Response | undefined {
    return this.#token === undefined ? undefined : welcome(request, this.#token);
  }

  /** The answer to who enters the token in the page that asked for it; undefined for all other requests. */
  async enter(request: Request): Promise<Response | undefined> {
    if (this.#token === undefined || !isTokenForm(request)) return undefined;
    const entered = await enteredToken(request);
    const wrong = "That is not the token of this kt: the one that it was started with, by <code>--token</code> or <code>KT_TOKEN</code>.";
    return (entered !== undefined && enter(request, entered, this.#token)) || tokenPage(entered === "" ? "Nothing was entered." : wrong, this.#frames);
  }

  #refuseSite(request: Request, effect: Effect): Response | undefined {
    const site = siteOf(request, this.#origins);
    if (mayHave(site, effect) || (effect === "work" && isVisit(request))) return undefined;
    const origin = request.headers.get("origin") ?? "";
    const name = URL.canParse(origin) ? new URL(origin).origin : "https://that.site";
    const what = effect === "change" ? "to move a consumer group" : "for this";
    return problem(403, `A page of another site asks ${what}. Name the site by kt serve --allow-origin ${name}, or type the address yourself.`);
  }

  #allows(origin: string): boolean {
    return this.#origins.includes("*") || this.#origins.includes(origin);
  }
}

/** Work for strangers is a load, and how long it takes and how large it is tells them what they may not read; a change is for who was meant. */
function mayHave(site: Site, effect: Effect): boolean {
  if (effect === "light" || site === "own" || site === "named") return true;
  return effect === "work" && site !== "foreign";
}
