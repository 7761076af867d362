/** Of kt serve: what it takes from others for Kafka, and how much of it. Without a pattern it takes nothing. */
import { KtError } from "../errors.ts";
import { parseBytes } from "../units.ts";
import { integer, list, value } from "./kinds.ts";
import { names } from "./options-access.ts";

/** A body is a buffer of its own, and one that is larger than a few frames is better sent in pieces. */
function size(given: string, label: string): number {
  const bytes = parseBytes(given, label);
  if (bytes < 1000 || bytes > 1e9) throw KtError.usage(`${label} takes a size from 1kB to 1GB, not '${given}'.`);
  return bytes;
}

export const takeOptions = {
  allowProduce: list(
    "--allow-produce <pattern>",
    "Take records and pictures for these topics, always with a token: a name, or a pattern with * and ?, or with ^ a regular expression; may be repeated",
    names,
  ),
  maxBody: value("--max-body <size>", "The most that one request may write; a larger one is answered 413", size, { default: "16MB" }),
  maxWaiting: value("--max-waiting <size>", "What may wait for Kafka of all that is written; what is beyond is answered 429", size, { default: "64MB" }),
  maxRate: value("--max-rate <n>", "Records a second that one address may write; what is beyond is answered 429", integer(1, 10_000_000), { default: "50000" }),
};

export interface TakeLimits {
  maxBody: number;
  maxWaiting: number;
  maxRate: number;
}

/** @throws KtError usage where the largest request could never be taken */
export function takeLimits({ maxBody, maxWaiting, maxRate }: TakeLimits): TakeLimits {
  if (maxBody > maxWaiting)
    throw KtError.usage("--max-body is more than --max-waiting: such a request could never be taken.", "Raise the one, or lower the other.");
  return { maxBody, maxWaiting, maxRate };
}
