/** What a machine is called in an address. */
import { isIPv6 } from "node:net";

/**
 * As names are compared: lower case, without a port or a dot at the end; an IPv6 address in its shortest form, in
 * brackets. undefined where the text is no name, or more than one.
 */
export function hostName(text: string): string | undefined {
  const authority = isIPv6(text) ? `[${text}]` : text;
  if (/[\s/\\?#@*]/.test(authority) || !URL.canParse(`http://${authority}`)) return undefined;
  return new URL(`http://${authority}`).hostname.replace(/\.$/, "") || undefined;
}

/** Whether it always leads to the machine that it is asked on (RFC 6761, RFC 1122). */
export function isLoopback(text: string): boolean {
  const name = hostName(text) ?? "";
  return /^(127(\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\]|(.+\.)?localhost)$/.test(name);
}
