/**
 * The members and places of many groups at once. librdkafka asks for one group at a time, and for its coordinator before
 * that; for 500 groups that is a thousand requests and more. Here all of them go into one request, to every broker, as
 * only the coordinator of a group knows it; the next time each broker is asked for its own.
 */
import { KtError } from "../../errors.ts";
import type { AdminNativeClient } from "../addon/native.ts";
import { codes, explainCode } from "../explain.ts";
import { askBrokers } from "./ask-brokers.ts";
import type { CommittedOffset, GroupListing, SurveyedGroup } from "./group.ts";
import { classicGroups, committedPlaces, consumerGroups, type Described, type GroupQuestion } from "./group-requests.ts";

/** The way to ask about one group, for brokers that know no other. */
interface One {
  describe(group: string): Promise<Described>;
  offsets(group: string): Promise<CommittedOffset[]>;
}

type Found<T> = Map<string, T | KtError>;

const mostInOne = 1000;
/** Groups that are asked for one by one at the same time, where the brokers cannot do otherwise. */
const mostSideBySide = 16;
const answerTimeoutMs = 5000;
/** Another broker keeps the group, or will in a moment. */
const elsewhere: readonly number[] = [codes.notCoordinator, codes.coordinatorNotAvailable, codes.coordinatorLoading];

export class GroupSurvey {
  readonly #client: AdminNativeClient;
  readonly #one: One;
  /** Which broker keeps a group, as it said the last time. */
  readonly #coordinators = new Map<string, number>();

  constructor(client: AdminNativeClient, one: One) {
    this.#client = client;
    this.#one = one;
  }

  /** @param groups as they were just listed: so every broker was spoken to */
  async of(groups: GroupListing[]): Promise<SurveyedGroup[]> {
    const names = groups.map(({ group }) => group);
    const known = new Set(names);
    for (const group of this.#coordinators.keys()) if (!known.has(group)) this.#coordinators.delete(group);
    const [consumers, classics] = [(type: string) => type === "Consumer", (type: string) => type !== "Consumer"].map((isMeant) =>
      groups.filter(({ type }) => isMeant(type)).map(({ group }) => group),
    ) as [string[], string[]];
    const [places, ...described] = await Promise.all([
      this.#ask(names, committedPlaces, this.#one.offsets),
      this.#ask(classics, classicGroups, this.#one.describe),
      this.#ask(consumers, consumerGroups, this.#one.describe),
    ]);
    const members: Found<Described> = new Map(described.flatMap((found) => [...found]));
    return groups.flatMap((group) => {
      const [its, at] = [members.get(group.group), places.get(group.group)];
      const about = its instanceof KtError || its === undefined ? undefined : its;
      const offsets = at instanceof KtError || at === undefined ? [] : at;
      // It was there when the groups were listed, and is no more.
      if (isGone(its) && offsets.length === 0) return [];
      const wrong = [its, at].find((one) => one instanceof KtError && one.code !== "unknown_group");
      return [
        {
          ...group,
          state: about?.state || group.state,
          assignor: about?.assignor ?? "",
          members: about?.members ?? [],
          places: offsets,
          trouble: wrong instanceof KtError ? wrong.message : null,
        },
      ];
    });
  }

  async #ask<T>(groups: string[], question: GroupQuestion<T>, ofOne: (group: string) => Promise<T>): Promise<Found<T>> {
    const found: Found<T> = new Map();
    const left = () => groups.filter((group) => !found.has(group));
    let unsupported = false;
    const round = async (broker: number | undefined, chunk: string[]) => {
      const answers = await askBrokers(this.#client, question.of(chunk), broker === undefined ? [] : [broker], answerTimeoutMs);
      for (const { broker, error, answer } of answers) {
        if (error === codes.unsupported) unsupported = true;
        if (error) continue;
        for (const { group, error: itsError, about } of question.read(answer)) {
          if (elsewhere.includes(itsError)) continue;
          if (!itsError) this.#coordinators.set(group, broker);
          found.set(group, itsError ? explainCode(itsError, `error ${itsError}`, `reading group '${group}'`) : about);
        }
      }
    };
    const byBroker = Map.groupBy(groups, (group) => this.#coordinators.get(group));
    await Promise.all([...byBroker].flatMap(([broker, its]) => chunks(its).map((chunk) => round(broker, chunk))));
    // What has moved since it was asked for the last time.
    for (const group of left()) this.#coordinators.delete(group);
    if (left().length > 0 && !unsupported && byBroker.size > (byBroker.has(undefined) ? 1 : 0))
      await Promise.all(chunks(left()).map((chunk) => round(undefined, chunk)));
    const waiting = left();
    const next = async () => {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
        const name = group;
        found.set(name, await ofOne(name).catch((error: unknown) => KtError.from(error)));
      }
    };
    if (unsupported) await Promise.all(Array.from({ length: mostSideBySide }, next));
    else
      for (const group of waiting) found.set(group, explainCode(codes.coordinatorNotAvailable, "no broker says that it keeps it", `reading group '${group}'`));
    return found;
  }
}

const isGone = (described: Described | KtError | undefined) =>
  described instanceof KtError ? described.code === "unknown_group" : described?.state === "Dead";

function chunks(groups: string[]): string[][] {
  return Array.from({ length: Math.ceil(groups.length / mostInOne) }, (_, i) => groups.slice(i * mostInOne, (i + 1) * mostInOne));
}
