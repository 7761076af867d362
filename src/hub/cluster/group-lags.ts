/** All groups with their lag, asked for once for all who ask within a few seconds: a page that is open, a scraper, curl. */
import type { Admin } from "../../kafka/admin/admin.ts";
import type { SurveyedGroup } from "../../kafka/admin/group.ts";
import { type Progress, progressOf } from "../../kafka/admin/lag.ts";
import { LagTrends } from "./lag-trends.ts";

export interface GroupLag extends Omit<SurveyedGroup, "places"> {
  /** By topic and partition. */
  partitions: Progress[];
}

export interface GroupsNow {
  /** When the brokers were asked, ms since 1970. */
  timestampMs: number;
  /** By name. */
  groups: GroupLag[];
  /** How many groups more there are: only so many are looked at. */
  left: number;
}

const keptMs = 4000;
const mostGroups = 10_000;

export class GroupLags {
  /** Of what was asked for: nothing is asked for while nobody looks. */
  readonly trends = new LagTrends();
  readonly #admin: Admin;
  #last: GroupsNow | undefined;
  /** On the steady clock: the time of day may be set back by hours. */
  #askedAtMs = 0;
  #asking: Promise<GroupsNow> | undefined;

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** @throws KtError where the brokers do not say */
  now(): Promise<GroupsNow> {
    if (this.#last && performance.now() - this.#askedAtMs < keptMs) return Promise.resolve(this.#last);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<GroupsNow> {
    const listed = await this.#admin.groups.list();
    const surveyed = await this.#admin.groups.survey(listed.slice(0, mostGroups));
    // After the places, so that none is past an end that only was asked for too early.
    const progress = await progressOf(this.#admin, surveyed);
    const groups = surveyed.map(({ places, ...group }, i) => ({ ...group, partitions: progress[i] ?? [] }));
    this.#last = { timestampMs: Date.now(), groups, left: Math.max(0, listed.length - mostGroups) };
    this.#askedAtMs = performance.now();
    this.trends.add(this.#last.timestampMs, groups);
    return this.#last;
  }
}
