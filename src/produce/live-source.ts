/** What kt produce asks again and again: a web address, or a command. */
import { showAddress } from "../address.ts";
import { KtError } from "../errors.ts";
import { pause, shutdown } from "../terminal/shutdown.ts";

export interface LiveSource {
  /** For sentences; without what may be secret. */
  name: string;
  /**
   * Undefined after a signal.
   * @throws KtError bad_input, retryable where asking again may help
   */
  ask(): Promise<Buffer | undefined>;
}

export interface LiveLimits {
  timeoutMs: number;
  maxBytes: number;
}

function failed(message: string, retryable: boolean, hint?: string): KtError {
  return new KtError({ code: "bad_input", message, hint, retryable });
}

/** The first pause before asking again; each is twice as long as the one before. */
const firstBackoffMs = 500;
const mostBackoffMs = 30_000;

/** An address that is asked by its ETag or date: where nothing is new, the last answer stands. */
export function webSource(url: URL, headers: [string, string][], attempts: number, limits: LiveLimits): LiveSource {
  const name = showAddress(url.href);
  let last: { body: Buffer; etag: string | null; modified: string | null } | undefined;

  async function once(): Promise<{ body: Buffer } | { retryAfterMs: number; error: KtError }> {
    const conditions = { ...(last?.etag && { "if-none-match": last.etag }), ...(last?.modified && { "if-modified-since": last.modified }) };
    const signal = AbortSignal.any([shutdown, AbortSignal.timeout(limits.timeoutMs)]);
    try {
      const response = await fetch(url, { headers: { "user-agent": "kt", ...conditions, ...Object.fromEntries(headers) }, signal });
      if (response.status === 304 && last) return { body: last.body };
      if (!response.ok) {
        await response.body?.cancel();
        const passes = response.status === 429 || response.status === 408 || response.status >= 500;
        return { retryAfterMs: retryAfterMs(response), error: failed(`${name} answers with HTTP ${response.status}`, passes) };
      }
      const body = await readBody(response, limits.maxBytes, name);
      last = { body, etag: response.headers.get("etag"), modified: response.headers.get("last-modified") };
      return { body };
    } catch (error) {
      if (error instanceof KtError) return { retryAfterMs: 0, error };
      const late = (error as Error).name === "TimeoutError";
      const why = late
        ? `did not answer within ${limits.timeoutMs / 1000} s`
        : `cannot be reached (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`;
      return { retryAfterMs: 0, error: failed(`${name} ${why}`, true) };
    }
  }

  return {
    name,
    async ask() {
      for (let attempt = 1; ; attempt++) {
        const answer = await once();
        if ("body" in answer) return answer.body;
        if (shutdown.aborted) return undefined;
        if (!answer.error.retryable || attempt === attempts) throw answer.error;
        // Not all who lost the site at one moment should come back at one moment.
        const backoffMs = Math.min(mostBackoffMs, firstBackoffMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
        if (!(await pause(Math.max(backoffMs, Math.min(answer.retryAfterMs, mostBackoffMs))))) return undefined;
      }
    },
  };
}

/** Of the header Retry-After, seconds or a date; 0 without it. */
function retryAfterMs(response: Response): number {
  const text = response.headers.get("retry-after");
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

async function readBody(response: Response, maxBytes: number, name: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > maxBytes) throw failed(`${name} answers with more than ${maxBytes} bytes`, false, "--max-body allows more.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The program, as its arguments may hold a password (curl -u); what comes before it may be one as well. */
function commandName(command: string): string {
  const [program = ""] = command.trim().split(/\s/);
  return /^[\w./-]{1,60}$/.test(program) ? `'${program}'` : "the command";
}

/** A shell command; it and what it started end with its time, and with kt. */
export function commandSource(command: string, limits: LiveLimits): LiveSource {
  const name = commandName(command);
  return {
    name,
    async ask() {
      const child = Bun.spawn(["/bin/sh", "-c", command], { stdin: "ignore", stdout: "pipe", stderr: "inherit", detached: true });
      const kill = () => {
        try {
          process.kill(-child.pid, "SIGKILL");
        } catch {
          // It has ended.
        }
      };
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        kill();
      }, limits.timeoutMs);
      shutdown.addEventListener("abort", kill, { once: true });
      try {
        const pieces: Uint8Array[] = [];
        let length = 0;
        for await (const piece of child.stdout) {
          length += piece.length;
          if (length > limits.maxBytes) throw failed(`${name} prints more than ${limits.maxBytes} bytes`, false, "--max-body allows more.");
          pieces.push(piece);
        }
        const code = await child.exited;
        if (shutdown.aborted) return undefined;
        if (late) throw failed(`${name} did not end within ${limits.timeoutMs / 1000} s`, false, "--timeout allows more.");
        if (code !== 0) throw failed(`${name} ended with ${child.signalCode ?? `code ${code}`}`, false);
        return Buffer.concat(pieces);
      } finally {
        clearTimeout(timer);
        shutdown.removeEventListener("abort", kill);
        kill();
      }
    },
  };
}
