/** Who may ask: the name that a request calls this server by, the token, and pages of other sites. */
import { problem } from "../answers.ts";
import type { Effect } from "../endpoint.ts";
import { Door, retrySeconds } from "./door.ts";
import { Hosts } from "./hosts.ts";
import { guard, policyOf } from "./policy.ts";
import { isBrowser, isShown, isVisit, type Site, siteOf } from "./sites.ts";
import { bringsToken, enter, enteredToken, isTokenForm, type Keeping, tokensOf, welcome } from "./token.ts";
import { tokenPage } from "./token-page.ts";
import type { TokenTexts } from "./tokens.ts";

export interface AccessOptions {
  /** The address that is listened on. */
  host: string;
  /** Other names that lead here. */
  hosts: string[];
  /** What every path but /healthz asks for; without any it asks for nothing. */
  tokens: TokenTexts;
  /** They are asked for only where something is written: reading is open. */
  onlyForWriting: boolean;
  /** Sites whose pages may have what is served: https://wall.example, or * for all. */
  origins: string[];
  /** Whether what is sent is encrypted. */
  secure: boolean;
  /** Told of what whoever keeps kt running should know. */
  warn: (line: string) => void;
}

export interface Asked {
  /** Whether a token is not asked for. */
  open?: boolean;
  effect: Effect;
  /** What is asked for writes, or is there for writing: it needs the token that may. */
  writes?: boolean;
  /** Who asks. */
  address: string;
}

const readable = "X-Timestamp, X-Offset, X-Partition, ETag, Content-Disposition";
const nameMost = 100;
const tooMany = "Too many wrong tokens came from your address, so that no more are looked at for a while.";

export class Access {
  readonly #door: Door;
  readonly #keeping: Keeping;
  readonly #origins: string[];
  readonly #onlyForWriting: boolean;
  /** undefined where requests may call the server whatever they like: a page that came by a name of its own has no token. */
  readonly #hosts: Hosts | undefined;

  constructor({ host, hosts, tokens, onlyForWriting, origins, secure, warn }: AccessOptions) {
    this.#door = new Door(tokens, warn);
    this.#keeping = { tokens: this.#door.tokens, secure };
    this.#origins = origins;
    this.#onlyForWriting = onlyForWriting;
    const ofOrigins = origins.filter((origin) => origin !== "*").map((origin) => new URL(origin).hostname);
    if (!this.#asksReaders) this.#hosts = new Hosts(host, [...hosts, ...ofOrigins]);
  }

  /** Other tokens of the same kinds, from now on. */
  replaceTokens(tokens: TokenTexts): void {
    this.#door.replaceTokens(tokens);
  }

  /** The answer to who may not ask; undefined where he may. */
  async refuse(request: Request, { open = false, effect, writes = effect === "write", address }: Asked): Promise<Response | undefined> {
    const host = request.headers.get("host");
    if (this.#hosts && host !== null && !this.#hosts.knows(host))
      return problem(421, `This kt is not called '${host.slice(0, nameMost)}'. Ask for it by this machine's name or address, or name that by --allow-host.`);
    const refused = !open && (this.#asksReaders || writes) ? await this.#refuseToken(request, writes ? "write" : effect, address) : undefined;
    return refused ?? this.#refuseSite(request, effect);
  }

  /** Whether who only reads is asked for a token. */
  get #asksReaders(): boolean {
    return this.#door.tokens.asked && !this.#onlyForWriting;
  }

  /** Whether who asks may have consumer groups moved. */
  mayChange(request: Request): boolean {
    const { tokens } = this.#door;
    return (!this.#asksReaders || tokens.rightOf(tokensOf(request)) === "all") && mayHave(siteOf(request, this.#origins), "change");
  }

  /** Tells later whether who asks now would still be let in, with the same token. */
  stays(request: Request): () => boolean {
    const brought = tokensOf(request);
    return () => !this.#asksReaders || this.#door.tokens.rightOf(brought) !== undefined;
  }

  /** The same of one who writes. */
  mayWriteOn(request: Request): () => boolean {
    const brought = tokensOf(request);
    return () => this.#door.tokens.rightOf(brought) === "all";
  }

  /** What a browser has to be told before another site's page may read the answer. */
  headers(request: Request): Record<string, string> {
    const origin = request.headers.get("origin");
    if (this.#origins.length === 0) return {};
    if (origin === null || !this.#allows(origin)) return { Vary: "Origin" };
    return { Vary: "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": readable };
  }

  /** What the page itself may do, and who may have it in a frame: what is clicked in it must be meant. */
  get pageHeaders(): Record<string, string> {
    return { "Content-Security-Policy": policyOf("page", this.#frames) };
  }

  /** With what every answer tells a browser. */
  guard(answer: Response): Response {
    return guard(answer, this.#frames);
  }

  get #frames(): string[] {
    return ["'self'", ...this.#origins.filter((origin) => origin !== "*")];
  }

  /** The answer to OPTIONS. */
  options(request: Request, methods: string): Response {
    const preflight = {
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Range",
      "Access-Control-Max-Age": "600",
    };
    const headers = this.headers(request);
    return new Response(null, { status: 204, headers: { Allow: methods, ...headers, ...("Access-Control-Allow-Origin" in headers ? preflight : {}) } });
  }

  /** The answer to who opens the page with the token in its address. */
  welcome(request: Request): Response | undefined {
    return this.#door.tokens.asked ? welcome(request, this.#keeping) : undefined;
  }

  /** The answer to who enters the token in the page that asked for it; undefined for all other requests. */
  async enter(request: Request, address: string): Promise<Response | undefined> {
    if (!this.#door.tokens.asked || !isTokenForm(request)) return undefined;
    const entered = await enteredToken(request);
    if (entered === "") return tokenPage("Nothing was entered.", this.#frames);
    const entry = await this.#door.enter(entered === undefined ? [] : [entered, entered.trim()], address);
    if (entry === "unheard") return tokenPage(tooMany, this.#frames, 429);
    const wrong = "That is not the token of this kt: the one that it was started with, by <code>--token</code> or <code>KT_TOKEN</code>.";
    return (entered !== undefined && enter(request, entered, this.#keeping)) || tokenPage(wrong, this.#frames);
  }

  async #refuseToken(request: Request, effect: Effect, address: string): Promise<Response | undefined> {
    const entry = await this.#door.enter(tokensOf(request), address);
    if (entry === "all" || (entry === "read" && effect !== "change" && effect !== "write")) return undefined;
    if (entry === "read" && effect === "write") return problem(403, "Your token only reads. To write, bring the token that kt serve has by --token.");
    if (entry === "read")
      return problem(403, "Your token only reads, and group= moves a consumer group. Leave it out, or bring the token that kt serve has by --token.");
    if (entry === "unheard") {
      if (isShown(request)) return tokenPage(tooMany, this.#frames, 429);
      return problem(429, tooMany, { "Retry-After": String(retrySeconds) });
    }
    if (isShown(request)) return tokenPage(bringsToken(request) ? "The token in the address is not the one of this kt." : undefined, this.#frames);
    // For Basic a browser opens a dialog of its own, also when a page asks that was open before kt was started anew.
    const challenge = isBrowser(request.headers) ? 'Bearer realm="kt"' : 'Basic realm="kt", charset="UTF-8", Bearer realm="kt"';
    const asks = this.#onlyForWriting ? "To write, this kt asks for the token that it told when it was started." : "This kt asks for its token.";
    const sentence = `${asks} Send 'Authorization: Bearer TOKEN', or ?token=TOKEN, or the token as the password.`;
    return problem(401, sentence, { "WWW-Authenticate": challenge });
  }

  #refuseSite(request: Request, effect: Effect): Response | undefined {
    const site = siteOf(request, this.#origins);
    if (mayHave(site, effect) || (effect === "work" && isVisit(request))) return undefined;
    const origin = request.headers.get("origin") ?? "";
    const name = URL.canParse(origin) ? new URL(origin).origin : "https://that.site";
    const what = effect === "change" ? "to move a consumer group" : effect === "write" ? "to write" : "for this";
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
