/** --decode and --encode: values by the schemas of a registry, and the word for each way that fails. */
import { afterAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { kt, ktOk, makeTopic, recordsOf, tempFolder } from "./support/kt.ts";
import { startSchemaRegistry } from "./support/schema-registry.ts";
import { writeProperties } from "./support/secure-broker.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

const registry = startSchemaRegistry();
afterAll(() => registry.stop());
beforeEach(() => {
  registry.login = undefined;
});

const game = {
  type: "record",
  name: "Game",
  fields: [
    { name: "home", type: "string" },
    { name: "goals", type: ["null", "int"] },
    { name: "at", type: "long" },
  ],
};
registry.schemas.set(7, { schemaType: "AVRO", schema: JSON.stringify(game) });
registry.schemas.set(8, { schemaType: "JSON", schema: JSON.stringify({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] }) });
// FileDescriptorProto: file "g.proto", message Game { string home = 1; int32 goals = 2; }, syntax proto3.
const text = (field: number, value: string) => Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), Buffer.from(value, "latin1")]);
const int = (field: number, value: number) => Buffer.from([field << 3, value]);
const fieldOf = (name: string, number: number, type: number) =>
  Buffer.concat([text(1, name), int(3, number), int(4, 1), int(5, type), text(10, name)]).toString("latin1");
const message = Buffer.concat([text(1, "Game"), text(2, fieldOf("home", 1, 9)), text(2, fieldOf("goals", 2, 5))]).toString("latin1");
registry.schemas.set(9, { schemaType: "PROTOBUF", schema: Buffer.concat([text(1, "g.proto"), text(4, message), text(12, "proto3")]).toString("base64") });

/** As every client of the registry writes it: 0, the schema's id in four bytes, the value. */
const framed = (id: number, ...value: (number | string)[]) =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, id]), ...value.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part])))]);
/** home "Ajax" (length 4 as zigzag), goals: branch 1, 3; at: 1. */
const avro = framed(7, 8, "Ajax", 2, 6, 2);
const protobuf = framed(9, 0, 0x0a, 4, "Ajax", 0x10, 3);

async function send(topic: string, ...values: Buffer[]): Promise<void> {
  const stdin = values
    .map((value) => JSON.stringify({ topic, key: null, value: value.toString("base64"), headers: [], encoding: { key: "utf8", value: "base64" } }))
    .join("\n");
  await ktOk(["produce", topic, "--json"], { stdin: `${stdin}\n` });
}

const decoded = async (topic: string, ...options: string[]) =>
  (await ktOk(["consume", topic, "--exit", "--registry", registry.url, ...options])).stdout.split("\n").filter(Boolean);

test("auto prints Avro, JSON and protobuf as JSON, and what names no schema as it is", async () => {
  const topic = await makeTopic("decoded");
  await send(topic, avro, framed(8, '{"n": 5}'), protobuf, Buffer.from("plain"));
  expect(await decoded(topic, "--decode", "auto")).toEqual(['{"home":"Ajax","goals":3,"at":1}', '{"n":5}', '{"home":"Ajax","goals":3}', "plain"]);
  expect(await decoded(topic, "--decode", "avro", "-n", "1", "-f", "%o %s\n")).toEqual(['0 {"home":"Ajax","goals":3,"at":1}']);
  const [first] = await decoded(topic, "--decode", "auto", "--json", "-n", "1");
  expect(JSON.parse(first as string)).toMatchObject({ value: '{"home":"Ajax","goals":3,"at":1}', offset: 0 });
});

test("encode makes values by the newest schema of the topic, which decode reads", async () => {
  for (const [format, id, line] of [
    ["avro", 7, '{"home":"Ajax","goals":3,"at":1}'],
    ["json", 8, '{"n":5}'],
    ["protobuf", 9, '{"home":"Ajax","goals":3}'],
  ] as const) {
    const topic = await makeTopic("encoded");
    registry.subjects.set(`${topic}-value`, id);
    await ktOk(["produce", topic, "--encode", format, "--registry", registry.url], { stdin: `${line}\n` });
    const [record] = await recordsOf(topic);
    const bytes = Buffer.from(record?.value ?? "", record?.encoding.value);
    expect(bytes).toEqual({ avro, json: framed(8, line), protobuf }[format]);
    expect(await decoded(topic, "--decode", "auto")).toEqual([line]);

    const wrong = await kt(["produce", topic, "--encode", format, "--registry", registry.url], { stdin: `${line}\n{"other":1}\n` });
    expect(wrong.code).toBe(1);
    expectOneSentence(wrong.stderr);
    expect(wrong.stderr).toMatch(/line 2 .*what the schema wants/i);
  }
});

test("keys by their own schemas, beside values or alone", async () => {
  const topic = await makeTopic("decoded-keys");
  const envelope = (key: Buffer, value: string) =>
    JSON.stringify({ topic, key: key.toString("base64"), value, headers: [], encoding: { key: "base64", value: "utf8" } });
  await ktOk(["produce", topic, "--json"], { stdin: `${envelope(avro, "first")}\n${envelope(Buffer.from("plain"), "second")}\n` });
  expect(await decoded(topic, "--decode-key", "auto", "-K", "|")).toEqual(['{"home":"Ajax","goals":3,"at":1}|first', "plain|second"]);
  expect(await decoded(topic, "--decode", "auto", "--decode-key", "avro", "-n", "1", "-f", "%k %s\n")).toEqual(['{"home":"Ajax","goals":3,"at":1} first']);
  const failed = await kt(["consume", topic, "--decode-key", "avro", "--exit", "--registry", registry.url]);
  expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 1, stdout: "first\n" });
  expect(failed.stderr).toMatch(/The key is not what --decode-key avro takes.*offset 1/);
});

test("an unknown schema, no registry, a wrong login and a value of another kind are told apart, with the way to the bytes", async () => {
  const topic = await makeTopic("undecoded");
  await send(topic, framed(99, "x"));
  const other = await makeTopic("no-schema");
  await send(other, Buffer.from("plain text"));
  for (const [args, sentence, login] of [
    [[topic, "--decode", "auto", "--registry", registry.url], /knows no such schema .*offset 0/, undefined],
    [[topic, "--decode", "avro", "--registry", "http://127.0.0.1:1"], /cannot be reached/, undefined],
    [[topic, "--decode", "auto", "--registry", registry.url], /refused the credentials/, "kt:pass"],
    [[other, "--decode", "avro", "--registry", registry.url], /not what --decode avro takes/, undefined],
  ] as const) {
    registry.login = login;
    const { code, stdout, stderr } = await kt(["consume", ...args, "--exit"]);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain("Without --decode the bytes are printed as they are");
    expectOneSentence(stderr);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  }
  const nowhere = await kt(["consume", topic, "--decode", "auto", "--exit"]);
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain("--registry");
});

test("the registry and its login stand in the properties file", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("registry-file");
  await send(topic, avro);
  registry.login = "kt:pass";
  const file = await writeProperties(`${folder.path}/kt.conf`, [`schema.registry.url=${registry.url}`, "basic.auth.user.info=kt:pass"]);
  expect((await ktOk(["consume", topic, "--decode", "auto", "--exit", "-F", file])).stdout).toBe('{"home":"Ajax","goals":3,"at":1}\n');
});
