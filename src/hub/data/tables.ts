/** The tables that somebody looks at: each is kept once, however many look. */
import type { Admin } from "../../kafka/admin/admin.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import type { LiveHub } from "../live/live.ts";
import { lastOf, readNewest, sizeOf, storedStretches } from "./history.ts";
import { keyOfRows, LatestByKey } from "./latest.ts";

/** A table begins with what so many of the topic's last records say. */
const mostRead = 50_000;
const mostBytes = 32 << 20;

export interface Table {
  latest: LatestByKey;
  /** Records that are too old to have been looked at: keys that only they have are missing. */
  unread: number;
}

interface Kept {
  viewers: number;
  opening: Promise<Table & { close(): void }>;
}

export class Tables {
  readonly #config: KafkaConfig;
  readonly #admin: Admin;
  readonly #live: LiveHub;
  readonly #kept = new Map<string, Kept>();

  constructor(config: KafkaConfig, admin: Admin, live: LiveHub) {
    this.#config = config;
    this.#admin = admin;
    this.#live = live;
  }

  /**
   * @param by the path of a field, null for the records' keys
   * @throws KtError unknown_topic
   */
  async watch(topic: string, by: readonly string[] | null): Promise<Table & { close(): void }> {
    const name = JSON.stringify([topic, by]);
    const kept = this.#kept.get(name) ?? { viewers: 0, opening: this.#open(topic, by) };
    this.#kept.set(name, kept);
    kept.viewers++;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      if (--kept.viewers > 0) return;
      this.#kept.delete(name);
      kept.opening.then(
        (table) => table.close(),
        () => {},
      );
    };
    try {
      return { ...(await kept.opening), close: leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #open(topic: string, by: readonly string[] | null): Promise<Table & { close(): void }> {
    const latest = new LatestByKey(keyOfRows(by));
    const watch = await this.#live.watch(topic, { onRecords: (batch, from, to) => latest.take(batch, from, to) });
    try {
      const stored = await storedStretches(this.#admin, topic, watch.feed.positions, null);
      const ranges = lastOf(stored, mostRead);
      const unread = await readNewest(this.#config, ranges, mostBytes, (batch) => {
        for (const { from, to } of batch.runs()) latest.take(batch, from, to);
      });
      return { latest, unread: sizeOf(stored) - sizeOf(ranges) + unread, close: watch.close };
    } catch (error) {
      watch.close();
      throw error;
    }
  }
}
