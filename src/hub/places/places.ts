/**
 * How far named viewers (?group=NAME) have seen. Kafka keeps it as the committed offsets of the consumer group NAME: an
 * offset for each partition. Several streams may share a partition, and each viewer may be elsewhere in each of them: the
 * streams' own offsets are in the metadata text that Kafka keeps beside a committed offset (stream-places.ts). What is not
 * committed yet is kept here.
 */

import { KtError } from "../../errors.ts";
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import type { Admin } from "../../kafka/admin/admin.ts";
import type { CommittedOffset } from "../../kafka/admin/group.ts";
import type { TopicPartition } from "../../kafka/admin/offsets.ts";
import { partitionName } from "../../record.ts";
import { mergeStreamPlaces, readStreamPlaces, type StreamPlaces, writeStreamPlaces } from "./stream-places.ts";

const commitEveryMs = 1000;
/** Each commit that waits for a broker occupies a thread. */
const mostAtOnce = 8;
/** That wait to be written, or were told of. */
const mostGroups = 1000;

interface Place extends PartitionOffset {
  streams: StreamPlaces;
}

/** topic/partition → the offset to continue from */
type PlaceMap = Map<string, Place>;

interface Group {
  /** To be written: of a partition only its newest place. */
  waiting: PlaceMap;
  /** On their way to Kafka. */
  written: PlaceMap;
  writing: Promise<void> | undefined;
  /** What was told of it since it was last written. */
  readonly told: Set<string>;
}

export interface PlacesOptions {
  /** @throws KtError where the group is not to be moved */
  check(group: string): Promise<void>;
  /** Told once, until it passes, that a group cannot be moved, such as one that somebody has joined. */
  onTrouble(message: string): void;
}

export class Places {
  readonly #groups: Pick<Admin["groups"], "offsets" | "commit">;
  /** None that is written and without trouble; what waits longest comes first. */
  readonly #named = new Map<string, Group>();
  /** What is being read of each group. */
  readonly #reading = new Map<string, Promise<CommittedOffset[]>>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #check: PlacesOptions["check"];
  readonly #onTrouble: PlacesOptions["onTrouble"];

  constructor(groups: Pick<Admin["groups"], "offsets" | "commit">, { check, onTrouble }: PlacesOptions) {
    this.#groups = groups;
    this.#check = check;
    this.#onTrouble = onTrouble;
    this.#timer = setInterval(() => this.write(), commitEveryMs);
  }

  /**
   * Where the group is; a partition that it has no place in is left out.
   * @param stream whose own place is meant, as far as it has one
   */
  async get(group: string, partitions: TopicPartition[], stream?: string): Promise<PartitionOffset[]> {
    const { written, waiting } = this.#named.get(group) ?? {};
    const here: PlaceMap = new Map(written);
    for (const place of waiting?.values() ?? []) add(here, place);
    const found = new Map<string, number>();
    for (const [name, { offset, streams }] of here) {
      const own = stream === undefined ? offset : streams.get(stream);
      if (own !== undefined) found.set(name, own);
    }
    const unknown = new Set(partitions.map(partitionName).filter((name) => !found.has(name)));
    const committed = unknown.size > 0 ? await this.#readCommitted(group) : [];
    for (const { metadata, ...place } of committed) {
      if (!unknown.has(partitionName(place))) continue;
      const own = stream === undefined ? undefined : readStreamPlaces(metadata).get(stream);
      found.set(partitionName(place), own ?? here.get(partitionName(place))?.offset ?? place.offset);
    }
    return partitions.flatMap(({ topic, partition }) => {
      const offset = found.get(partitionName({ topic, partition })) ?? here.get(partitionName({ topic, partition }))?.offset;
      return offset === undefined ? [] : { topic, partition, offset };
    });
  }

  /** Of all topics, and once for all who ask meanwhile: a page asks for the place in each of its streams. */
  #readCommitted(group: string): Promise<CommittedOffset[]> {
    let reading = this.#reading.get(group);
    if (!reading) {
      reading = this.#groups.offsets(group).finally(() => this.#reading.delete(group));
      this.#reading.set(group, reading);
    }
    return reading;
  }

  /** @param stream that the place is of; without it all of the partition is meant */
  set(group: string, place: PartitionOffset, stream?: string): void {
    add(this.#entry(group).waiting, { ...place, streams: new Map(stream === undefined ? [] : [[stream, place.offset]]) });
  }

  /** Commits what moved since the last time; what could not be written then, and may be now, once more. */
  write(): void {
    let under = [...this.#named.values()].filter(({ writing }) => writing).length;
    // Those that are in trouble wait for the others.
    const due = [...this.#named].filter(([, { waiting, writing }]) => waiting.size > 0 && !writing).sort(([, a], [, b]) => a.told.size - b.told.size);
    for (const [name, group] of due) if (under++ < mostAtOnce) void this.#write(name, group);
  }

  /** Writes the last places; as long as that takes where a broker is away. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#named].map(async ([name, group]) => {
        await group.writing;
        if (group.waiting.size > 0) await this.#write(name, group);
      }),
    );
  }

  #entry(name: string): Group {
    const group = this.#named.get(name) ?? { waiting: new Map(), written: new Map(), writing: undefined, told: new Set() };
    this.#named.set(name, group);
    if (this.#named.size > mostGroups) this.#giveUpOldest();
    return group;
  }

  #giveUpOldest(): void {
    const [oldest, group] = [...this.#named].find(([, { writing }]) => !writing) ?? [];
    if (oldest === undefined) return;
    this.#named.delete(oldest);
    if (group?.waiting.size) this.#onTrouble(`group '${oldest}': its last place is given up, as ${mostGroups} other groups wait for a broker too.`);
  }

  #write(name: string, group: Group): Promise<void> {
    [group.written, group.waiting] = [group.waiting, new Map()];
    group.writing = this.#commit(name, group).finally(() => {
      group.written = new Map();
      group.writing = undefined;
      // Behind those that wait already, and away where there is nothing to know of it.
      this.#named.delete(name);
      if (group.waiting.size + group.told.size > 0) this.#named.set(name, group);
    });
    return group.writing;
  }

  /** One topic after the other, so that one that is gone keeps no other's place from being written. */
  async #commit(name: string, { written, waiting, told }: Group): Promise<void> {
    let passes = true;
    for (const places of Map.groupBy(written.values(), ({ topic }) => topic).values()) {
      try {
        // A program may have joined it meanwhile.
        await this.#check(name);
        await this.#groups.commit(name, await this.#besideOthers(name, places));
      } catch (thrown) {
        passes = false;
        const error = KtError.from(thrown);
        const sentence = `group '${name}': ${error.message}`;
        if (!told.has(sentence)) this.#onTrouble(sentence);
        told.add(sentence);
        if (!error.retryable) continue;
        for (const place of places) {
          const newer = waiting.get(partitionName(place));
          waiting.set(partitionName(place), place);
          if (newer) add(waiting, newer);
        }
      }
    }
    if (passes) told.clear();
  }

  /** The places of the partition's other streams stay: those that another server wrote as well. */
  async #besideOthers(name: string, places: Place[]): Promise<CommittedOffset[]> {
    const shared = places.filter(({ streams }) => streams.size > 0);
    const committed = shared.length > 0 ? await this.#groups.offsets(name, shared) : [];
    const before = new Map(committed.map((place) => [partitionName(place), readStreamPlaces(place.metadata)]));
    return places.map(({ topic, partition, offset, streams }) => {
      const metadata = writeStreamPlaces(mergeStreamPlaces(before.get(partitionName({ topic, partition })) ?? new Map(), streams));
      return { topic, partition, offset, ...(metadata && { metadata }) };
    });
  }
}

/** What is newer is the partition's place, and of each stream its own. */
function add(places: PlaceMap, newer: Place): void {
  const before = places.get(partitionName(newer));
  places.set(partitionName(newer), before ? { ...newer, streams: mergeStreamPlaces(before.streams, newer.streams) } : newer);
}
