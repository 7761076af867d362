/** All that is wanted of a topic's log, from its begin to its end: each partition in its own order, as fast as it is taken. */
import type { RecordBatch } from "../../kafka/batch.ts";
import { mostUnpackedBytes } from "../../kafka/config.ts";
import { explainUnreadable } from "../../kafka/read/unreadable.ts";
import { Turns } from "../../turns.ts";
import type { Hub } from "../hub.ts";
import { Scan } from "./scan.ts";
import { type Asked, stretchesOf } from "./stretches.ts";
import { finderOf, type Wanted } from "./wanted.ts";

/** Whoever takes slowly holds a turn for long: these are apart from those that search. */
const turns = new Turns(2, { mostWaiting: 8, doing: "exports are going on" });

/**
 * @yields a batch, good until the next one is asked for, and which of its records are wanted
 * @param limit of records
 * @throws KtError
 */
export async function* extract(
  hub: Pick<Hub, "config" | "admin">,
  asked: Asked,
  wanted: Wanted,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<{ batch: RecordBatch; indexes: number[] }> {
  const finder = finderOf(wanted);
  const { stretches } = await stretchesOf(hub.admin, asked);
  const open = stretches.filter(({ from, to }) => from < to);
  if (open.length === 0) return;
  const leave = await turns.enter(signal);
  const scan = new Scan(hub.config, asked.topic);
  let left = limit;
  try {
    for await (const batch of scan.read(open, signal)) {
      refuseUnreadable(scan);
      if (!batch) continue;
      const indexes: number[] = [];
      for (const index of finder(batch)) if (indexes.push(index) >= left) break;
      left -= indexes.length;
      if (indexes.length > 0) yield { batch, indexes };
      if (left <= 0) return;
    }
    refuseUnreadable(scan);
    signal.throwIfAborted();
  } finally {
    leave();
    await scan.close();
  }
}

/** A file without them would be taken for the whole. @throws KtError too_large, or kafka for what is broken */
function refuseUnreadable({ leftOut: [left] }: Scan): void {
  if (left) throw explainUnreadable(left, mostUnpackedBytes);
}
