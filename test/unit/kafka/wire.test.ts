/** Bytes as Kafka's protocol has them: what kt asks the brokers itself, and that no answer is believed that breaks off. */
import { describe, expect, test } from "bun:test";
import { classicGroups, committedPlaces, consumerGroups } from "../../../src/kafka/admin/group-requests.ts";
import { WireReader, WireWriter } from "../../../src/kafka/admin/wire.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const written = ({ flexible, write }: { flexible: boolean; write(to: WireWriter): void }) => {
  const to = new WireWriter(flexible);
  write(to);
  return to.bytes.toString("hex");
};
const reader = (bytes: string) => new WireReader(hex(bytes), true);

test("lengths are varints where the request is flexible, and of fixed size where it is not", () => {
  const long = "x".repeat(200);
  expect(new WireWriter(true).string(long).bytes.subarray(0, 3).toString("hex")).toBe("c90178");
  expect(
    new WireWriter(false)
      .string("ab")
      .list(null, () => {})
      .bytes.toString("hex"),
  ).toBe("00026162ffffffff");
  expect(new WireReader(new WireWriter(true).string(long).bytes, true).string()).toBe(long);
  expect(new WireReader(new WireWriter(false).string(long).bytes, false).string()).toBe(long);
  expect(new WireReader(hex("ffff"), false).string()).toBe("");
});

test("the places of two groups are asked for in one request, of all topics", () => {
  expect(written(committedPlaces.of(["a", "bc"]))).toBe("03" + "0261" + "00" + "00" + "036263" + "00" + "00" + "00");
});

describe("an answer with the places of a group", () => {
  const topic = "0574657374"; // test
  const place = (partition: string, offset: string, error: string) => `${partition}${offset}ffffffff01${error}00`;
  const good = `00000000 02 0261 02 ${topic} 03 ${place("00000003", "000000000000002a", "0000")} ${place("00000004", "ffffffffffffffff", "0000")} 00 0000 00`;

  test("is read, without the partitions that it has no place in", () => {
    expect(committedPlaces.read(reader(good))).toEqual([{ group: "a", error: 0, about: [{ topic: "test", partition: 3, offset: 42 }] }]);
  });

  test("of a broker that does not keep the group has its error", () => {
    expect(committedPlaces.read(reader("00000000 02 0261 01 0010 00"))).toEqual([{ group: "a", error: 16, about: [] }]);
  });

  test("is refused wherever it breaks off, and where it says that it has more than it could", () => {
    const bytes = hex(good);
    for (let length = 0; length < bytes.length; length++)
      expect(() => committedPlaces.read(new WireReader(bytes.subarray(0, length), true))).toThrow("breaks off");
    expect(() => committedPlaces.read(reader("00000000 ffffffff0f 0261"))).toThrow("breaks off");
    expect(() => committedPlaces.read(reader("00000000 ffffffffffff 0261"))).toThrow("breaks off");
  });
});

test("a member of the classic protocol has its partitions in bytes of its own, and one of another program none", () => {
  const assignment = "0001 00000001 0001 74 00000002 00000000 00000005 00000000";
  const member = (bytes: string) => `02 026d 00 0263 0b2f3132372e302e302e31 01 ${bytes} 00`;
  const group = (protocol: string, bytes: string) => `0000 0267 0753 7461626c65 ${protocol} 0672616e6765 ${member(bytes)} 80000000 00`;
  const its = `${(hex(assignment).length + 1).toString(16)} ${assignment}`;
  const [consumer] = classicGroups.read(reader(`00000000 02 ${group("09636f6e73756d6572", its)}`));
  expect(consumer).toEqual({
    group: "g",
    error: 0,
    about: {
      state: "Stable",
      assignor: "range",
      members: [
        {
          id: "m",
          clientId: "c",
          host: "127.0.0.1",
          instanceId: "",
          partitions: [
            { topic: "t", partition: 0 },
            { topic: "t", partition: 5 },
          ],
        },
      ],
    },
  });
  const [connect] = classicGroups.read(reader(`00000000 02 ${group("08636f6e6e656374", "03ffff")}`));
  expect(connect?.about.members[0]?.partitions).toEqual([]);
  const [undecided] = classicGroups.read(reader(`00000000 02 ${group("09636f6e73756d6572", "01")}`));
  expect(undecided?.about.members[0]?.partitions).toEqual([]);
});

test("a member of the new protocol is shown with what it has, not with what it is to have", () => {
  const partitions = (count: string, ids: string) => `02 ${"11".repeat(16)} 0274 ${count} ${ids} 00 00`;
  const member = `02 026d 00 00 00000001 0263 032f68 02 0274 00 ${partitions("02", "00000001")} ${partitions("03", "0000000100000002")} 00`;
  const [group] = consumerGroups.read(reader(`00000000 02 0000 00 0267 07537461626c65 00000002 00000002 08756e69666f726d ${member} 80000000 00 00`));
  expect(group).toEqual({
    group: "g",
    error: 0,
    about: {
      state: "Stable",
      assignor: "uniform",
      members: [{ id: "m", clientId: "c", host: "h", instanceId: "", partitions: [{ topic: "t", partition: 1 }] }],
    },
  });
});
