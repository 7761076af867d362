/** Where named viewers are. A place lives in Kafka as a group's committed offsets, and here until it is written. */
import type { Admin, TopicPartition } from "../kafka/admin.ts";
import type { PartitionOffset } from "../kafka/native.ts";

const commitEveryMs = 1000;

export class Places {
  readonly #admin: Admin;
  /** group → topic/partition → the offset to continue from */
  readonly #groups = new Map<string, Map<string, PartitionOffset>>();
  readonly #unwritten = new Map<string, Set<string>>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #onTrouble: (message: string) => void;

  /** @param onTrouble told when a group cannot be moved, such as one that somebody has joined */
  constructor(admin: Admin, onTrouble: (message: string) => void) {
    this.#admin = admin;
    this.#onTrouble = onTrouble;
    this.#timer = setInterval(() => void this.write(), commitEveryMs);
  }

  /** Where the group is; a partition that it has no place in is left out. */
  async get(group: string, partitions: TopicPartition[]): Promise<PartitionOffset[]> {
    const here = this.#groups.get(group);
    const committed = await this.#admin.groups.offsets(group, partitions);
    return partitions.flatMap(({ topic, partition }) => {
      const place = here?.get(`${topic}/${partition}`) ?? committed.find((candidate) => candidate.topic === topic && candidate.partition === partition);
      return place ? [{ topic, partition, offset: place.offset }] : [];
    });
  }

  set(group: string, place: PartitionOffset): void {
    const key = `${place.topic}/${place.partition}`;
    const places = this.#groups.get(group) ?? new Map<string, PartitionOffset>();
    this.#groups.set(group, places.set(key, place));
    const unwritten = this.#unwritten.get(group) ?? new Set<string>();
    this.#unwritten.set(group, unwritten.add(key));
  }

  /** Commits what moved since the last time. */
  async write(): Promise<void> {
    const waiting = [...this.#unwritten];
    this.#unwritten.clear();
    await Promise.all(
      waiting.map(async ([group, keys]) => {
        const places = [...keys].flatMap((key) => this.#groups.get(group)?.get(key) ?? []);
        try {
          await this.#admin.groups.commit(group, places);
        } catch (error) {
          this.#onTrouble(`group '${group}': ${error instanceof Error ? error.message : String(error)}`);
        }
      }),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
