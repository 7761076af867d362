/** kt health: asks a kt serve on this machine how it is, for those who keep it running; it needs no other program. */
import { KtError } from "../errors.ts";
import { isLoopback } from "../host-name.ts";
import type { Resolved } from "../options/kinds.ts";
import type { healthOptions } from "../options/options-health.ts";
import { readSecretFile } from "../options/secret-file.ts";
import { writeOut } from "../terminal/stdout.ts";

/** A reason is one line; what else a stranger's server says is not told. */
const mostReason = 300;

/** @throws KtError unhealthy */
export async function health(_args: string[], options: Resolved<typeof healthOptions>): Promise<void> {
  const { host, port, ready, tls, timeout } = options;
  const token = options.token ?? (options.tokenFile === undefined ? undefined : readSecretFile(options.tokenFile, "--token-file"));
  const url = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  const answer = await ask(url + (ready ? "readyz" : "healthz"), token, timeout, !isLoopback(host)).catch((error: Error) => {
    const why = error.name === "TimeoutError" ? `it did not answer within ${timeout / 1000} s` : "the connection was refused or broken off";
    throw new KtError({ code: "unhealthy", message: `No kt answers at ${url}: ${why}.`, hint: "--port names the port of its kt serve.", cause: error });
  });
  if (!answer.ok) throw new KtError({ code: "unhealthy", message: `kt at ${url} says ${answer.status}: ${answer.text}` });
  await writeOut(Buffer.from(`kt is ${ready ? "ready" : "well"} at ${url}.\n`));
}

async function ask(
  url: string,
  token: string | undefined,
  timeoutMs: number,
  rejectUnauthorized: boolean,
): Promise<{ ok: boolean; status: number; text: string }> {
  const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(timeoutMs), tls: { rejectUnauthorized } });
  const text = (await response.text()).trim().split("\n", 1)[0] ?? "";
  return { ok: response.ok, status: response.status, text: text.slice(0, mostReason) };
}
