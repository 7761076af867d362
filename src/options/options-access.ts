/** Of kt serve: who may have what, and how much of it. */
import { KtError } from "../errors.ts";
import { patternOf } from "../name-pattern.ts";
import { parseBytes } from "../units.ts";
import { filled, integer, list, value } from "./kinds.ts";

/** A token that is made at the start. */
export const made = "auto";

export function secret(given: string, label: string): string {
  if (given.trim() === "") throw KtError.usage(`${label} is empty, and an empty token keeps nobody out.`, "Give one, or leave it out.");
  return given;
}

/** A name itself, or a pattern. */
export function names(given: string, label: string): (name: string) => boolean {
  if (given === "") throw KtError.usage(`${label} must not be empty.`);
  const pattern = patternOf(given);
  return (name) => pattern.test(name);
}

/** Too little would keep a picture from ever being sent. */
function bufferSize(given: string, label: string): number {
  const bytes = parseBytes(given, label);
  if (bytes < 64_000 || bytes > 1e9) throw KtError.usage(`${label} takes a size from 64kB to 1GB, not '${given}'.`);
  return bytes;
}

export const accessOptions = {
  tokenFile: value("--token-file <file>", "A file with that token; it is read again on SIGHUP", filled, { env: "KT_TOKEN_FILE" }),
  readToken: value("--read-token <text>", "Another token, which opens everything but moves no consumer group; auto makes one", secret, {
    env: "KT_READ_TOKEN",
    emptyEnv: true,
  }),
  readTokenFile: value("--read-token-file <file>", "A file with that one; it is read again on SIGHUP", filled, { env: "KT_READ_TOKEN_FILE" }),
  tlsCert: value("--tls-cert <file>", "A certificate (PEM, the chain after it), to serve https; it is read again on SIGHUP", filled, { env: "KT_TLS_CERT" }),
  tlsKey: value("--tls-key <file>", "Its private key (PEM)", filled, { env: "KT_TLS_KEY" }),
  topics: list(
    "--topics <pattern>",
    "Serve only these topics, as if there were no others: a name, or a pattern with * and ?, or with ^ a regular expression; may be repeated",
    names,
  ),
  maxConnections: value("--max-connections <n>", "Requests, streams and pages at the same time; the next is answered 503", integer(1, 1_000_000), {
    default: "10000",
  }),
  maxTiles: value("--max-tiles <n>", "Streams that one page shows at the same time", integer(1, 100_000), { default: "1024" }),
  maxGroups: value("--max-groups <n>", "Consumer groups that one page moves", integer(1, 1000), { default: "8" }),
  maxBuffer: value("--max-buffer <size>", "Bytes that wait for one page; what is newer is left out, or waits where it is", bufferSize, { default: "8MB" }),
};
