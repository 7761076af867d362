/** By which names a request may call this server. */
import { hostname, networkInterfaces } from "node:os";
import { hostName, isLoopback } from "../../host-name.ts";

/**
 * A page of another site whose name was made to lead here (DNS rebinding) is of this server's origin to the browser,
 * and only its Host tells that it is not. So those names are known that nobody else can make lead elsewhere: this
 * machine's own, and those that whoever started kt named.
 */
export class Hosts {
  readonly #named: Set<string | undefined>;
  readonly #beyond: boolean;

  /** @param host the address that is listened on */
  constructor(host: string, others: string[]) {
    this.#named = new Set([host, ...others].map(hostName));
    this.#beyond = !isLoopback(host);
  }

  /** @param host a request's Host, as it came */
  knows(host: string): boolean {
    const name = hostName(host);
    if (name === undefined) return false;
    // A machine's addresses change while it runs: they are looked up where they are asked for.
    return this.#named.has(name) || isLoopback(name) || (this.#beyond && ownNames().includes(name));
  }
}

function ownNames(): (string | undefined)[] {
  const addresses = Object.values(networkInterfaces()).flatMap((its) => its?.map(({ address }) => address) ?? []);
  return [...addresses, hostname(), `${hostname()}.local`].map(hostName);
}
