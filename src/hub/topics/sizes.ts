/** How many bytes the topics take on disk, as the brokers say it: they are asked no oftener than every few seconds, whoever looks. */
import type { Admin, TopicInfo } from "../../kafka/admin/admin.ts";

const askAgainMs = 10_000;
/** Who asks waits no longer: a broker that is away may take its ten seconds. */
const mostWaitMs = 2000;

export class Sizes {
  readonly #admin: Pick<Admin, "sizes">;
  #asking: Promise<void> | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #bytes = new Map<string, number | null>();

  constructor(admin: Pick<Admin, "sizes">) {
    this.#admin = admin;
  }

  /** Of each topic what the leaders of its partitions have, by name; null, or nothing, where a broker did not tell. */
  async of(topics: TopicInfo[]): Promise<ReadonlyMap<string, number | null>> {
    if (topics.length > 0 && performance.now() - this.#askedAtMs >= askAgainMs) this.#asking ??= this.#ask(topics);
    if (this.#asking) await Promise.race([this.#asking, Bun.sleep(mostWaitMs)]);
    return this.#bytes;
  }

  async #ask(topics: TopicInfo[]): Promise<void> {
    try {
      const sizes = await this.#admin.sizes(topics);
      this.#bytes = new Map([...sizes].map(([{ name }, each]) => [name, each.reduce<number | null>(added, 0)]));
    } catch {
      // Those of before are told until a broker answers.
    } finally {
      this.#askedAtMs = performance.now();
      this.#asking = undefined;
    }
  }
}

function added(sum: number | null, bytes: number | null): number | null {
  return sum === null || bytes === null ? null : sum + bytes;
}
