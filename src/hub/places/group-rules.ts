/** Which groups kt moves: those that no program reads by, or those that were named, and not any number of them. */
import { KtError } from "../../errors.ts";
import type { Admin } from "../../kafka/admin/admin.ts";

/** Without control characters: Kafka's client takes a name for what stands in front of a NUL, and lines of text tell of it. */
const nameLike = /^\P{Cc}{1,255}$/u;
/** Each name that somebody thinks of is kept by Kafka for days: no more new ones are taken in an hour. */
const mostGroups = 1000;
const rememberedMs = 3_600_000;

/** Whether a group may be moved; without it, those may that never had a member. */
export type MayMove = ((group: string) => boolean) | undefined;

export class GroupRules {
  readonly #groups: Pick<Admin["groups"], "describe">;
  readonly #mayMove: MayMove;
  /** When each was asked for last, on the steady clock: the time of day may be set back by hours. */
  readonly #known = new Map<string, number>();
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(groups: Pick<Admin["groups"], "describe">, mayMove: MayMove) {
    this.#groups = groups;
    this.#mayMove = mayMove;
  }

  /** @throws KtError forbidden where the group is not to be moved, usage where there cannot be such a group, busy */
  async check(group: string): Promise<void> {
    if (!nameLike.test(group)) throw KtError.usage("The name of a group has 1 to 255 characters, without control characters.");
    if (this.#mayMove ? !this.#mayMove(group) : await this.#isJoined(group)) {
      const message = this.#mayMove
        ? `Group '${group}' is not among those that this kt may move`
        : `Group '${group}' is that of a program, which would go on at another place if kt moved it`;
      throw new KtError({ code: "forbidden", message, hint: "Take another name, or name this one by kt serve --groups." });
    }
    this.#remember(group, performance.now());
  }

  #remember(group: string, nowMs: number): void {
    if (!this.#known.delete(group) && this.#known.size >= mostGroups) {
      // Those that were asked for longest ago come first.
      for (const [oldest, atMs] of this.#known) {
        if (nowMs - atMs < rememberedMs) break;
        this.#known.delete(oldest);
      }
      if (this.#known.size >= mostGroups)
        throw new KtError({
          code: "busy",
          message: `This kt keeps the places of ${mostGroups} groups already.`,
          hint: "Take a name that it knows, or ask again in an hour.",
        });
    }
    this.#known.set(group, nowMs);
  }

  /** Asked once for all who ask meanwhile: a page asks for the place in each of its streams. */
  #isJoined(group: string): Promise<boolean> {
    let asking = this.#asking.get(group);
    if (!asking) {
      asking = this.#askWhetherJoined(group).finally(() => this.#asking.delete(group));
      this.#asking.set(group, asking);
    }
    return asking;
  }

  async #askWhetherJoined(group: string): Promise<boolean> {
    try {
      return (await this.#groups.describe(group)).joined;
    } catch (error) {
      if (error instanceof KtError && error.code === "unknown_group") return false;
      throw error;
    }
  }
}
