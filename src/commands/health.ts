/** kt health: asks a kt serve on this machine how it is, for those who keep it running; it needs no other program. */
import { KtError } from "../errors.ts";
import type { Resolved } from "../options/kinds.ts";
import type { healthOptions } from "../options/options-health.ts";
import { writeOut } from "../terminal/stdout.ts";

/** A reason is one line; what else a stranger's server says is not told. */
const mostReason = 300;

/** @throws KtError unhealthy */
export async function health(_args: string[], { host, port, ready, token, timeout }: Resolved<typeof healthOptions>): Promise<void> {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  const answer = await ask(url + (ready ? "readyz" : "healthz"), token, timeout).catch((error: Error) => {
    const why = error.name === "TimeoutError" ? `it did not answer within ${timeout / 1000} s` : "the connection was refused or broken off";
    throw new KtError({ code: "unhealthy", message: `No kt answers at ${url}: ${why}.`, hint: "--port names the port of its kt serve.", cause: error });
  });
  if (!answer.ok) throw new KtError({ code: "unhealthy", message: `kt at ${url} says ${answer.status}: ${answer.text}` });
  await writeOut(Buffer.from(`kt is ${ready ? "ready" : "well"} at ${url}.\n`));
}

async function ask(url: string, token: string | undefined, timeoutMs: number): Promise<{ ok: boolean; status: number; text: string }> {
  const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  const text = (await response.text()).trim().split("\n", 1)[0] ?? "";
  return { ok: response.ok, status: response.status, text: text.slice(0, mostReason) };
}
