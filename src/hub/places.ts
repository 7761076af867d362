/** Where named viewers are. A place lives in Kafka as a group's committed offsets, and here until it is written. */
import { KtError } from "../errors.ts";
import type { Admin, TopicPartition } from "../kafka/admin.ts";
import type { PartitionOffset } from "../kafka/native.ts";

const commitEveryMs = 1000;
/** Each commit that waits for a broker occupies a thread. */
const mostAtOnce = 8;
/** That wait to be written, or were told of. */
const mostGroups = 1000;

/** topic/partition → the offset to continue from */
type PlaceMap = Map<string, PartitionOffset>;

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
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #check: PlacesOptions["check"];
  readonly #onTrouble: PlacesOptions["onTrouble"];

  constructor(groups: Pick<Admin["groups"], "offsets" | "commit">, { check, onTrouble }: PlacesOptions) {
    this.#groups = groups;
    this.#check = check;
    this.#onTrouble = onTrouble;
    this.#timer = setInterval(() => this.write(), commitEveryMs);
  }

  /** Where the group is; a partition that it has no place in is left out. */
  async get(group: string, partitions: TopicPartition[]): Promise<PartitionOffset[]> {
    const { written, waiting } = this.#named.get(group) ?? {};
    const here: PlaceMap = new Map([...(written ?? []), ...(waiting ?? [])]);
    const committed = await this.#groups.offsets(
      group,
      partitions.filter((partition) => !here.has(keyOf(partition))),
    );
    for (const place of committed) here.set(keyOf(place), place);
    return partitions.flatMap((partition) => here.get(keyOf(partition)) ?? []);
  }

  set(group: string, place: PartitionOffset): void {
    this.#entry(group).waiting.set(keyOf(place), place);
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
        await this.#groups.commit(name, places);
      } catch (thrown) {
        passes = false;
        const error = KtError.from(thrown);
        const sentence = `group '${name}': ${error.message}`;
        if (!told.has(sentence)) this.#onTrouble(sentence);
        told.add(sentence);
        if (!error.retryable) continue;
        for (const place of places) if (!waiting.has(keyOf(place))) waiting.set(keyOf(place), place);
      }
    }
    if (passes) told.clear();
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
