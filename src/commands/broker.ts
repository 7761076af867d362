/** kt broker list. */

import { print, printJson, withAdmin } from "../admin/administer.ts";
import type { Resolved } from "../options/kinds.ts";
import type { brokersOptions } from "../options/options-admin.ts";
import { table } from "../terminal/terminal.ts";

export async function list(_: string[], options: Resolved<typeof brokersOptions>): Promise<void> {
  await withAdmin(options, async (admin) => {
    const [brokers, topics] = await Promise.all([admin.brokers(), admin.topics()]);
    const partitions = topics.flatMap((topic) => topic.partitions);
    // One that is away is not told of, but partitions have their copies there all the same.
    const ids = new Set([...brokers.map(({ id }) => id), ...partitions.flatMap(({ replicas }) => replicas)]);
    const rows = [...ids]
      .sort((a, b) => a - b)
      .map((id) => {
        const broker = brokers.find((candidate) => candidate.id === id);
        const kept = partitions.filter(({ replicas }) => replicas.includes(id));
        return {
          id,
          address: broker ? `${broker.host}:${broker.port}` : null,
          partitions: kept.length,
          inSync: kept.filter(({ isr }) => isr.includes(id)).length,
          leads: partitions.filter(({ leader }) => leader === id).length,
        };
      });
    if (options.json) return printJson(rows);
    await print(
      table(
        ["BROKER", "ADDRESS", "PARTITIONS", "IN SYNC", "LEADS"],
        rows.map(({ id, address, partitions, inSync, leads }) => [id, address ?? "away", partitions, inSync, leads]),
      ),
    );
  });
}
