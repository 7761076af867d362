/** What is asked about many groups in one request, of whichever broker keeps them (its coordinator). */
import type { PartitionOffset } from "../addon/native.ts";
import type { Question } from "./ask-brokers.ts";
import type { GroupMember } from "./group.ts";
import { WireReader } from "./wire.ts";

/** What a broker says of one of the groups that it was asked about; error is the protocol's, 0 is none. */
export interface AboutGroup<T> {
  group: string;
  error: number;
  about: T;
}

export interface GroupQuestion<T> {
  of(groups: string[]): Question;
  read(answer: WireReader): AboutGroup<T>[];
}

export interface Described {
  state: string;
  assignor: string;
  members: GroupMember[];
}

/** OffsetFetch, which takes more than one group since Kafka 3.0. */
export const committedPlaces: GroupQuestion<PartitionOffset[]> = {
  of: (groups) => ({
    api: 9,
    version: 8,
    flexible: true,
    // Of all topics.
    write: (to) =>
      to
        .list(groups, (group) =>
          to
            .string(group)
            .list(null, () => {})
            .tags(),
        )
        .boolean(false),
  }),
  read(answer) {
    answer.int32(); // throttled for so long
    return answer.list(() => {
      const group = answer.string();
      const about = answer.list(() => {
        const topic = answer.string();
        const places = answer.list(() => {
          const [partition, offset] = [answer.int32(), answer.int64()];
          answer.int32(); // the leader's epoch
          answer.string(); // metadata
          const error = answer.int16();
          answer.tags();
          return { topic, partition, offset: error ? -1 : offset };
        });
        answer.tags();
        return places;
      });
      const error = answer.int16();
      answer.tags();
      return { group, error, about: about.flat().filter(({ offset }) => offset >= 0) };
    });
  },
};

/** DescribeGroups, for groups of the classic protocol. */
export const classicGroups: GroupQuestion<Described> = {
  of: (groups) => ({
    api: 15,
    version: 5,
    flexible: true,
    write: (to) => to.list(groups, (group) => to.string(group)).boolean(false),
  }),
  read(answer) {
    answer.int32();
    return answer.list(() => {
      const [error, group, state, protocol, assignor] = [answer.int16(), answer.string(), answer.string(), answer.string(), answer.string()];
      const members = answer.list(() => {
        const [id, instanceId, clientId, host] = [answer.string(), answer.string(), answer.string(), hostOf(answer.string())];
        answer.data(); // which topics it would read
        const assignment = answer.data();
        answer.tags();
        // Other programs, such as Kafka Connect, have groups as well, and give out other things than partitions.
        return { id, clientId, host, instanceId, partitions: protocol === "consumer" ? assigned(assignment) : [] };
      });
      answer.int32(); // what one may do with it
      answer.tags();
      return { group, error, about: { state, assignor, members } };
    });
  },
};

/** ConsumerGroupDescribe, for those of KIP-848. */
export const consumerGroups: GroupQuestion<Described> = {
  of: (groups) => ({
    api: 69,
    version: 0,
    flexible: true,
    write: (to) => to.list(groups, (group) => to.string(group)).boolean(false),
  }),
  read(answer) {
    const partitions = () => {
      const its = answer.list(() => {
        answer.skip(16); // the topic's id
        const topic = answer.string();
        const ids = answer.list(() => answer.int32());
        answer.tags();
        return ids.map((partition) => ({ topic, partition }));
      });
      answer.tags();
      return its.flat();
    };
    answer.int32();
    return answer.list(() => {
      const [error] = [answer.int16(), answer.string()];
      const [group, state] = [answer.string(), answer.string()];
      answer.skip(8); // the epochs of the group and of what was given out
      const assignor = answer.string();
      const members = answer.list(() => {
        const [id, instanceId] = [answer.string(), answer.string()];
        answer.string(); // its rack
        answer.int32();
        const [clientId, host] = [answer.string(), hostOf(answer.string())];
        answer.list(() => answer.string()); // the topics that it asked for
        answer.string(); // or their pattern
        const its = partitions();
        partitions(); // those that it is to have
        answer.tags();
        return { id, clientId, host, instanceId, partitions: its };
      });
      answer.int32();
      answer.tags();
      return { group, error, about: { state, assignor, members } };
    });
  },
};

const hostOf = (text: string) => text.replace(/^\//, "");

/** What a member's leader gave it: Kafka's ConsumerProtocolAssignment. Empty while it is not decided. */
function assigned(bytes: Buffer): { topic: string; partition: number }[] {
  if (bytes.length === 0) return [];
  const from = new WireReader(bytes, false);
  from.int16(); // its version: what was added later comes after this
  return from
    .list(() => {
      const topic = from.string();
      return from.list(() => ({ topic, partition: from.int32() }));
    })
    .flat();
}
