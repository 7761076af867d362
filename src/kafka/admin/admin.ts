/** Topics, offsets, settings and committed places. */
import { type Position, partitionName } from "../../record.ts";
import { type AdminNativeClient, connectTimeoutMs, createAdmin, firstAnswer, type Metadata, metadataOf, promise } from "../addon/native.ts";
import type { ClientLog } from "../client-log.ts";
import type { KafkaConfig } from "../config.ts";
import { type TailPlace, tailPlaces } from "../read/tail.ts";
import { checkShown, unknownTopic } from "../unknown-topic.ts";
import { type GroupAdmin, groupAdmin } from "./group-admin.ts";
import { replicaSizes } from "./log-dirs.ts";
import { type AskOffsets, askOffsets, isolation, type OffsetsOptions, offsetSpec, offsetsOf, type TopicPartition } from "./offsets.ts";
import { requestTimeoutMs } from "./requests.ts";
import { type TopicChanges, topicChanges } from "./topic-changes.ts";
import { type ConfigEntry, topicConfig } from "./topic-config.ts";

export interface PartitionInfo {
  id: number;
  leader: number;
  replicas: number[];
  isr: number[];
}

export interface TopicInfo {
  name: string;
  partitions: PartitionInfo[];
}

/** The offsets of a partition that hold records: low is the first, high is the one after the last. */
export interface Watermarks extends TopicPartition {
  low: number;
  high: number;
}

export interface Admin {
  /** Those that are there. */
  brokers(): Promise<Metadata["brokers"]>;
  topics(): Promise<TopicInfo[]>;
  /** @throws KtError unknown_topic */
  topic(name: string): Promise<TopicInfo>;
  /**
   * @param readable high is where a transaction begins that is still open: nobody is given what comes after
   * @throws KtError also where one of them has no leader
   */
  watermarks(partitions: TopicPartition[], readable?: boolean): Promise<Watermarks[]>;
  /**
   * Of the partitions that somebody leads: of the others nobody can tell, until a broker that has them is back.
   * @param lows by "topic/partition", where it is known already: the brokers are not asked for it
   */
  knownWatermarks(topics: TopicInfo[], lows?: ReadonlyMap<string, number>): Promise<Watermarks[]>;
  /**
   * The offset in each partition where a position is; where that is past the end, the end. For the last N records
   * the log is looked at.
   */
  resolve(position: Exclude<Position, { at: "resume" }>, watermarks: Watermarks[]): Promise<TailPlace[]>;
  topicConfig(name: string): Promise<ConfigEntry[]>;
  /**
   * How many bytes the leader of each partition has on disk, in the order of the topic's partitions. Null is what a
   * broker did not tell: none does to a user who may not describe the cluster, or before watermarks() spoke to it.
   */
  sizes(topics: TopicInfo[]): Promise<Map<TopicInfo, (number | null)[]>>;
  readonly changes: TopicChanges;
  readonly groups: GroupAdmin;
  close(): void;
}

const sizeAttempts = 4;
const sizePauseMs = 250;

/**
 * Connects.
 * @param internal false where Kafka's own topics (__consumer_offsets, …) are to be as if they were not there
 * @param wait true where no broker needs to answer yet: each question then says so for itself
 * @throws KtError no_broker or auth
 */
export async function openAdmin(config: KafkaConfig, { internal = true, wait = false } = {}): Promise<Admin> {
  const { client, log } = await createAdmin(config);
  const admin = new NativeAdmin(config, client, log, internal);
  // After a failure the client is left as it is: ending it would wait for the request under way.
  if (!wait) await admin.metadata(connectTimeoutMs);
  return admin;
}

class NativeAdmin implements Admin {
  readonly #config: KafkaConfig;
  readonly #client: AdminNativeClient;
  readonly #log: ClientLog;
  readonly #internal: boolean;
  readonly changes: TopicChanges;
  readonly groups: GroupAdmin;
  #asking: Promise<Metadata> | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(config: KafkaConfig, client: AdminNativeClient, log: ClientLog, internal: boolean) {
    this.#config = config;
    this.#client = client;
    this.#log = log;
    this.#internal = internal;
    this.changes = topicChanges(client);
    const groups = groupAdmin(config, client, (topic) => this.#sees(topic));
    // A server that ends may be in the middle of these.
    this.groups = { ...groups, list: () => this.#waitedFor(groups.list()), survey: (listed) => this.#waitedFor(groups.survey(listed)) };
  }

  #sees(topic: string): boolean {
    return (this.#internal || !topic.startsWith("__")) && (this.#config.shows?.(topic) ?? true);
  }

  metadata(timeoutMs = requestTimeoutMs): Promise<Metadata> {
    return firstAnswer(this.#config, this.#log, (callback) => {
      this.#askMetadata(timeoutMs).then(
        (metadata) => callback(null, metadata),
        (error: Error) => callback(error, { brokers: [], topics: [] }),
      );
    });
  }

  #askMetadata(timeoutMs: number): Promise<Metadata> {
    // A request that waits for a broker occupies a thread: while it does, no second one is made.
    this.#asking ??= this.#waitedFor(
      promise<Metadata>((callback) => this.#client.getMetadata(metadataOf(undefined, timeoutMs), callback), "asking for metadata").finally(() => {
        this.#asking = undefined;
      }),
    );
    return this.#asking;
  }

  #waitedFor<T>(asking: Promise<T>): Promise<T> {
    this.#underWay.add(asking);
    const end = () => this.#underWay.delete(asking);
    asking.then(end, end);
    return asking;
  }

  async brokers(): Promise<Metadata["brokers"]> {
    return (await this.metadata()).brokers;
  }

  async topics(): Promise<TopicInfo[]> {
    const { topics } = await this.metadata();
    return topics
      .filter(({ name }) => this.#sees(name))
      .map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ id, leader, replicas, isrs }) => ({ id, leader, replicas, isr: isrs })).sort((a, b) => a.id - b.id),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async topic(name: string): Promise<TopicInfo> {
    const topic = (await this.topics()).find((candidate) => candidate.name === name);
    if (!topic) throw unknownTopic(name);
    return topic;
  }

  async watermarks(partitions: TopicPartition[], readable = false): Promise<Watermarks[]> {
    const level = readable ? isolation.committed : isolation.uncommitted;
    const [low, high] = await Promise.all([this.#listOffsets(partitions, offsetSpec.earliest), this.#listOffsets(partitions, offsetSpec.latest, level)]);
    return partitions.map(({ topic, partition }, i) => ({ topic, partition, low: low[i] ?? 0, high: high[i] ?? 0 }));
  }

  async knownWatermarks(topics: TopicInfo[], lows?: ReadonlyMap<string, number>): Promise<Watermarks[]> {
    const led = topics.flatMap(({ name, partitions }) => partitions.filter(({ leader }) => leader >= 0).map(({ id }) => ({ topic: name, partition: id })));
    const unknown = led.filter((one) => !lows?.has(partitionName(one)));
    const [low, high] = await Promise.all([
      this.#offsets(unknown, offsetSpec.earliest, { tolerant: true }),
      this.#offsets(led, offsetSpec.latest, { tolerant: true }),
    ]);
    const found = new Map(unknown.map((one, i) => [partitionName(one), low[i]]));
    return led.flatMap((one, i) => {
      const [from, to] = [lows?.get(partitionName(one)) ?? found.get(partitionName(one)), high[i]];
      // A topic that was made again begins anew.
      return from === undefined || to === undefined ? [] : [{ ...one, low: Math.min(from, to), high: to }];
    });
  }

  async resolve(position: Exclude<Position, { at: "resume" }>, watermarks: Watermarks[]): Promise<TailPlace[]> {
    if (position.at === "tail") return tailPlaces(this.#config, position.count, watermarks);
    const timed = position.at === "time" ? await this.#listOffsets(watermarks, asked(position.timeMs)) : [];
    return watermarks.map(({ topic, partition, low, high }, i) => ({
      topic,
      partition,
      offset: Math.min(high, Math.max(low, wanted(position, low, high, timed[i] ?? -1))),
    }));
  }

  async topicConfig(name: string): Promise<ConfigEntry[]> {
    checkShown(this.#config, [{ topic: name }]);
    return this.#waitedFor(topicConfig(this.#client, name));
  }

  async sizes(topics: TopicInfo[]): Promise<Map<TopicInfo, (number | null)[]>> {
    if (topics.length === 0) return new Map();
    // Of one, or of all that there are.
    const only = topics.length === 1 ? topics[0] : undefined;
    const replicas = new Map<string, number>();
    checkShown(
      this.#config,
      topics.map(({ name }) => ({ topic: name })),
    );
    const known = ({ name, partitions }: TopicInfo) => partitions.map(({ id, leader }) => replicas.get(`${name}/${id}/${leader}`) ?? null);
    for (let attempt = 1; ; attempt++) {
      const { sizes, untold } = await this.#waitedFor(replicaSizes(this.#client, only));
      for (const { topic, partition, broker, bytes } of sizes) replicas.set(`${topic}/${partition}/${broker}`, bytes);
      // A broker whose disk has just changed may not tell of any topic on it, and a connection may have ended.
      const isTold = (topic: TopicInfo) => known(topic).every((bytes, i) => bytes !== null || (topic.partitions[i]?.leader ?? -1) < 0);
      if (!untold || attempt >= sizeAttempts || topics.every(isTold)) break;
      await Bun.sleep(sizePauseMs);
    }
    return new Map(topics.map((topic) => [topic, known(topic)]));
  }

  close(): void {
    // To end the client is to wait for what it was asked, in this thread: ten seconds where a broker is away.
    if (this.#underWay.size === 0) this.#client.disconnect();
    else void Promise.allSettled(this.#underWay).then(() => this.#client.disconnect());
  }

  async #listOffsets(partitions: TopicPartition[], spec: number, isolationLevel = isolation.uncommitted): Promise<number[]> {
    return (await this.#offsets(partitions, spec, { isolationLevel })).map((offset) => offset ?? -1);
  }

  async #offsets(partitions: TopicPartition[], spec: number, how: OffsetsOptions = {}): Promise<(number | undefined)[]> {
    checkShown(this.#config, partitions);
    const ask: AskOffsets = (asked, options) => this.#waitedFor(askOffsets(this.#client, asked, options));
    return offsetsOf({ ask, refresh: () => this.#askMetadata(requestTimeoutMs) }, partitions, spec, how);
  }
}

/** A time as the request holds it, where negative ones are the begin and the end of a log. */
function asked(timeMs: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(timeMs)));
}

/** @param timed the first offset at or after the position's time; -1 where there is none */
function wanted(position: Exclude<Position, { at: "resume" | "tail" }>, low: number, high: number, timed: number): number {
  switch (position.at) {
    case "start":
      return low;
    case "end":
      return high;
    case "offset":
      return position.offset;
    case "time":
      return timed < 0 ? high : timed;
  }
}
