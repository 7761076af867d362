/** Where a kt serve is, in words that can be clicked. */
import { networkInterfaces } from "node:os";
import type { TokenTexts } from "../options/tokens.ts";
import { writeError } from "../terminal/stderr.ts";

export interface ServeAddress {
  host: string;
  /** Other names that lead there. */
  names: string[];
  port: number;
  secure: boolean;
}

/** As it was asked for, with a slash at the end. */
export function addressOf({ host, port, secure }: Omit<ServeAddress, "names">): string {
  return `${secure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

const every = ["0.0.0.0", "::", "[::]"];

/**
 * Tells of the tokens that were made, by links with which a click opens the page. It is the one time that they are told,
 * so that neither --quiet nor what hides secrets keeps them back.
 * @param onlyForWriting whether reading asks for none
 */
export function tellMadeTokens({ all, read }: TokenTexts, onlyForWriting: boolean, { names, ...address }: ServeAddress): void {
  const host = names[0] ?? (every.includes(address.host) ? networkAddress() : address.host);
  const link = (token: string) => `${addressOf({ ...address, host })}?token=${token}`;
  if (all !== undefined) writeError(`${onlyForWriting ? "To write, open" : "Open"} ${link(all)}\n`);
  if (read !== undefined) writeError(`To read only, open ${link(read)}\n`);
}

/** One that other machines reach this one by, and this one itself. */
function networkAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((its) => its ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}
