/** Where the topics' partitions begin and end, asked every second. Where they begin changes seldom: of many it is asked less often. */
import type { Admin, TopicInfo, Watermarks } from "../../kafka/admin/admin.ts";
import { partitionName } from "../../record.ts";

/** Of so many, both are asked each time. */
const mostPartitions = 1000;
const lowEveryMs = 5000;

export class Ends {
  readonly #admin: Pick<Admin, "knownWatermarks">;
  #lows: ReadonlyMap<string, number> = new Map();
  #lowsAtMs = Number.NEGATIVE_INFINITY;

  constructor(admin: Pick<Admin, "knownWatermarks">) {
    this.#admin = admin;
  }

  /** @throws KtError where a leader does not answer */
  async of(topics: TopicInfo[], nowMs: number): Promise<Watermarks[]> {
    const count = topics.reduce((sum, { partitions }) => sum + partitions.length, 0);
    const areKnown = count > mostPartitions && nowMs - this.#lowsAtMs < lowEveryMs;
    const found = await this.#admin.knownWatermarks(topics, areKnown ? this.#lows : undefined);
    if (!areKnown) this.#lowsAtMs = nowMs;
    this.#lows = new Map(count > mostPartitions ? found.map((its) => [partitionName(its), its.low]) : []);
    return found;
  }
}
