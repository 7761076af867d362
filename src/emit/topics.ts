/** The topics that frames go to: made where they are missing, made again where they were deleted, and what each takes. */
import { KtError } from "../errors.ts";
import { type Admin, openAdmin, type TopicInfo } from "../kafka/admin/admin.ts";
import { onceSpread } from "../kafka/admin/once-spread.ts";
import type { NewTopic } from "../kafka/admin/topic-changes.ts";
import { maxMessageBytes } from "../kafka/admin/topic-config.ts";
import type { KafkaConfig } from "../kafka/config.ts";

/** Pictures outgrow Kafka's default of 1 MB a message; a topic that kt makes takes this much. */
const createdMaxMessageBytes = 16_777_216;
const mostSpreadingMs = 10_000;

export class Topics {
  readonly #admin: Promise<Admin>;
  /** Each topic that is known to be there, as it was found or made. */
  readonly #topics = new Map<string, Promise<NewTopic & { limit: number }>>();
  readonly #lost = new Map<string, AbortController>();
  /** Those that are being made again. */
  readonly #restoring = new Map<string, Promise<void>>();
  /** Those of which was said that they are made again, and that have no frame since. */
  readonly #told = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly #say: (line: string) => void;

  /** Begins to connect: where that fails, what is asked for throws no_broker or the other reasons. */
  constructor(config: KafkaConfig, say: (line: string) => void) {
    this.#admin = openAdmin(config);
    this.#admin.catch(() => {});
    this.#say = say;
  }

  /**
   * The largest messages that these topics take, from the smallest limit to the largest, those included
   * that are not there yet; and one that is there, where there is one.
   */
  async limits(names: string[]): Promise<{ smallest: number; largest: number; existing: string | undefined }> {
    const there = new Map((await (await this.#admin).topics()).map((topic) => [topic.name, topic]));
    const existing = names.flatMap((name) => there.get(name) ?? []);
    for (const topic of existing)
      this.#topics.set(
        topic.name,
        onceSpread(() => this.#describe(topic), mostSpreadingMs),
      );
    const limits = await Promise.all(names.map(async (name) => (await this.#topics.get(name))?.limit ?? createdMaxMessageBytes));
    return { smallest: Math.min(...limits), largest: Math.max(...limits), existing: existing[0]?.name };
  }

  /** Makes the topic where it is missing; returns the largest message that it takes. */
  async prepare(name: string): Promise<number> {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = this.#create(name);
      this.#topics.set(name, topic);
      // Another stream, or the next attempt of this one, may try again.
      topic.catch(() => this.#topics.delete(name));
    }
    return (await topic).limit;
  }

  /** Makes a topic again that was deleted, as it was when it was found or made; where it cannot be, it is lost. */
  async restore(name: string): Promise<void> {
    const restoring = this.#restore(name);
    this.#restoring.set(name, restoring);
    await restoring;
    this.#restoring.delete(name);
  }

  async #restore(name: string): Promise<void> {
    try {
      const topic = await this.#topics.get(name);
      if (!topic) return;
      await (await this.#admin).changes.create(topic);
      this.#sayRestored(name);
      this.#told.add(name);
    } catch (thrown) {
      const error = KtError.from(thrown);
      // Somebody else was faster; and a broker that is away may be asked again.
      if (error.code === "topic_exists" || error.retryable) return;
      const message = `Topic ${name} was deleted, and cannot be made again: ${error.message.replace(/\.$/, "")}.`;
      this.#controller(name).abort(new KtError({ code: error.code, message, hint: error.hint, cause: error }));
    }
  }

  #sayRestored(name: string): void {
    this.#deleted.add(name);
    this.#say(`Topic ${name} was deleted: it is made again, with its settings.`);
  }

  /** Aborts when a topic is gone for good. */
  lost(name: string): AbortSignal {
    return this.#controller(name).signal;
  }

  whyLost(name: string): KtError | undefined {
    const reason: unknown = this.#controller(name).signal.reason;
    return reason instanceof KtError ? reason : undefined;
  }

  wasDeleted(name: string): boolean {
    return this.#deleted.has(name);
  }

  /** Its offsets begin anew: it was deleted, and made again by restore or by another program. */
  async beganAnew(name: string): Promise<void> {
    this.#deleted.add(name);
    // A frame may be in the new topic before its maker hears that it is there.
    await this.#restoring.get(name);
    if (this.#told.delete(name)) return;
    // Who asked for it in vain may have made it all the same: what counts is how it is.
    const same = await this.#isAsBefore(name).catch(() => undefined);
    if (same) this.#sayRestored(name);
    else
      this.#say(
        `Topic ${name} was deleted, and made again${same === false ? " by another program with settings of its own" : ""} (kt topic describe ${name}).`,
      );
  }

  async #isAsBefore(name: string): Promise<boolean> {
    const [now, before] = await Promise.all([
      onceSpread(async () => this.#describe(await (await this.#admin).topic(name)), mostSpreadingMs),
      this.#topics.get(name),
    ]);
    return now.partitions === before?.partitions && Bun.deepEquals(now.config, before.config);
  }

  #controller(name: string): AbortController {
    const controller = this.#lost.get(name) ?? new AbortController();
    this.#lost.set(name, controller);
    return controller;
  }

  async #create(name: string): Promise<NewTopic & { limit: number }> {
    const topic = { name, partitions: 1, replicationFactor: 1, config: { "max.message.bytes": String(createdMaxMessageBytes) } };
    const { changes } = await this.#admin;
    const created = await changes.create(topic).catch((error: KtError) => error);
    if (!created) {
      this.#say(`Created topic ${name}.`);
      return { ...topic, limit: createdMaxMessageBytes };
    }
    // Another camera may have made it in the same moment.
    if (created.code !== "topic_exists") throw created;
    return onceSpread(async () => this.#describe(await (await this.#admin).topic(name)), mostSpreadingMs);
  }

  async #describe({ name, partitions }: TopicInfo): Promise<NewTopic & { limit: number }> {
    const entries = await (await this.#admin).topicConfig(name);
    const own = entries.filter(({ source }) => source === "DYNAMIC_TOPIC_CONFIG").map(({ name: setting, value }) => [setting, value]);
    return {
      ...{ name, partitions: partitions.length, replicationFactor: partitions[0]?.replicas.length ?? 1, config: Object.fromEntries(own) },
      // The broker's message.max.bytes is in it: a topic without a setting of its own answers with that.
      limit: maxMessageBytes(entries) ?? createdMaxMessageBytes,
    };
  }

  close(): void {
    this.#admin.then(
      (admin) => admin.close(),
      () => {},
    );
  }
}
