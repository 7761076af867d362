/** The topics that frames go to: made where they are missing, and what each takes. */
import type { KtError } from "../errors.ts";
import { type Admin, openAdmin } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { maxMessageBytes } from "../kafka/topic-config.ts";

/** Pictures outgrow Kafka's default of 1 MB a message; a topic that kt makes takes this much. */
const createdMaxMessageBytes = 16_777_216;

export class Topics {
  readonly #admin: Admin;
  /** The largest message of each topic that is known to be there. */
  readonly #limits = new Map<string, Promise<number>>();
  readonly #onCreated: (name: string) => void;

  private constructor(admin: Admin, onCreated: (name: string) => void) {
    this.#admin = admin;
    this.#onCreated = onCreated;
  }

  /** @throws KtError no_broker and the other reasons why there is no connection */
  static async open(config: KafkaConfig, onCreated: (name: string) => void): Promise<Topics> {
    return new Topics(await openAdmin(config), onCreated);
  }

  /**
   * The largest messages that these topics take, from the smallest limit to the largest, those included
   * that are not there yet; and one that is there, where there is one.
   */
  async limits(names: string[]): Promise<{ smallest: number; largest: number; existing: string | undefined }> {
    const there = new Set((await this.#admin.topics()).map(({ name }) => name));
    const existing = names.filter((name) => there.has(name));
    for (const name of existing) this.#limits.set(name, this.#ask(name));
    const limits = await Promise.all(names.map((name) => this.#limits.get(name) ?? createdMaxMessageBytes));
    return { smallest: Math.min(...limits), largest: Math.max(...limits), existing: existing[0] };
  }

  /** Makes the topic where it is missing; returns the largest message that it takes. */
  prepare(name: string): Promise<number> {
    let limit = this.#limits.get(name);
    if (!limit) {
      limit = this.#create(name);
      this.#limits.set(name, limit);
      // Another stream, or the next attempt of this one, may try again.
      limit.catch(() => this.#limits.delete(name));
    }
    return limit;
  }

  async #create(name: string): Promise<number> {
    const config = { "max.message.bytes": String(createdMaxMessageBytes) };
    const created = await this.#admin.changes.create({ name, partitions: 1, replicationFactor: 1, config }).catch((error: KtError) => error);
    if (!created) {
      this.#onCreated(name);
      return createdMaxMessageBytes;
    }
    // Another camera may have made it in the same moment.
    if (created.code !== "topic_exists") throw created;
    return this.#ask(name);
  }

  /** The broker's message.max.bytes is in it: a topic without a setting of its own answers with that. */
  async #ask(name: string): Promise<number> {
    return maxMessageBytes(await this.#admin.topicConfig(name)) ?? createdMaxMessageBytes;
  }

  close(): void {
    this.#admin.close();
  }
}
