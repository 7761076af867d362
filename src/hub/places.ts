/** Where named viewers are. A place lives in Kafka as a group's committed offsets, and here until it is written. */
import { KtError } from "../errors.ts";
import type { Admin, TopicPartition } from "../kafka/admin.ts";
import type { PartitionOffset } from "../kafka/native.ts";

const commitEveryMs = 1000;
const nameLike = /^\P{Cc}{1,255}$/u;

export interface PlacesOptions {
  /** Whether a group may be moved; without it, those may that never had a member: no program reads by them. */
  mayMove: ((group: string) => boolean) | undefined;
  /** Told when a group cannot be moved, such as one that somebody has joined. */
  onTrouble: (message: string) => void;
}

export class Places {
  readonly #admin: Admin;
  /** group → topic/partition → the offset to continue from */
  readonly #groups = new Map<string, Map<string, PartitionOffset>>();
  readonly #unwritten = new Map<string, Set<string>>();
  /** What was told of a group that could not be moved: once, and not each time that it should have been. */
  readonly #told = new Map<string, string>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #mayMove: PlacesOptions["mayMove"];
  readonly #onTrouble: PlacesOptions["onTrouble"];

  constructor(admin: Admin, { mayMove, onTrouble }: PlacesOptions) {
    this.#admin = admin;
    this.#mayMove = mayMove;
    this.#onTrouble = onTrouble;
    this.#timer = setInterval(() => void this.write(), commitEveryMs);
  }

  /** @throws KtError forbidden where the group is not to be moved, usage where there cannot be such a group */
  async check(group: string): Promise<void> {
    // Kafka's client takes a name for what stands in front of a NUL: it would be another one that is checked here.
    if (!nameLike.test(group)) throw KtError.usage("The name of a group has 1 to 255 characters, without control characters.");
    if (this.#mayMove ? this.#mayMove(group) : !(await this.#isJoined(group))) return;
    const message = this.#mayMove
      ? `Group '${group}' is not among those that this kt may move`
      : `Group '${group}' is that of a program, which would go on at another place if kt moved it`;
    throw new KtError({ code: "forbidden", message, hint: "Take another name, or name this one by kt serve --groups." });
  }

  async #isJoined(group: string): Promise<boolean> {
    try {
      return (await this.#admin.groups.describe(group)).joined;
    } catch (error) {
      if (error instanceof KtError && error.code === "unknown_group") return false;
      throw error;
    }
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
          await this.check(group);
          await this.#admin.groups.commit(group, places);
          this.#told.delete(group);
        } catch (error) {
          const { message } = KtError.from(error);
          if (this.#told.get(group) === message) return;
          this.#told.set(group, message);
          this.#onTrouble(`group '${group}': ${message}`);
        }
      }),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
