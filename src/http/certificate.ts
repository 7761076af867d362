/** What makes a server https. */
import { KtError } from "../errors.ts";

/** PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/**
 * Tries it on a port that nobody knows, before a server that listens gives up its own for it: a chain is only taken apart
 * when a server is made.
 * @throws KtError usage
 */
export function tryCertificate(tls: Certificate): void {
  try {
    void Bun.serve({ hostname: "127.0.0.1", port: 0, tls, fetch: () => new Response() }).stop(true);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw KtError.usage(
      `The certificate cannot be used: ${why}.`,
      "Look at what stands behind the first in --tls-cert: the others lead from it to one that browsers know.",
    );
  }
}
