import { describe, expect, test } from "bun:test";
import { KtError } from "../../src/errors.ts";
import type { OptionSpecs } from "../../src/options/kinds.ts";
import { consumeOptions, emitVideoOptions, kafkaConfig, produceOptions, serveOptions } from "../../src/options/options.ts";
import { createOptions } from "../../src/options/options-admin.ts";

/** What a command gets when nothing was typed. */
const untouched = (specs: OptionSpecs) => Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.read([], name)]));

describe("without options", () => {
  test("topic create makes one partition on one broker", () => {
    expect(untouched(createOptions)).toEqual({
      brokers: undefined,
      configFile: undefined,
      profile: undefined,
      property: [],
      quiet: false,
      log: "text",
      debug: false,
      partitions: 1,
      replicationFactor: 1,
      config: [],
      ifNotExists: false,
      dryRun: false,
      json: false,
    });
  });

  test("produce sends no key, no headers, anywhere", () => {
    expect(untouched(produceOptions)).toMatchObject({ key: undefined, header: [], partition: undefined });
  });

  test("consume begins at the start and does not end", () => {
    expect(untouched(consumeOptions)).toMatchObject({ from: { other: { at: "start" } }, count: undefined, exit: false, group: undefined, json: false });
    expect(untouched(consumeOptions)).toMatchObject({ until: undefined, key: undefined, save: undefined, record: undefined, force: false });
  });

  test("emit-video sends to 'video' in real time", () => {
    expect(untouched(emitVideoOptions)).toMatchObject({
      ...{ topic: "video", name: undefined, codec: "auto", fast: false, speed: 1, loop: undefined, quality: undefined, ffmpeg: undefined },
      ...{ buffer: 64_000_000, bufferFrames: 4096, inputOptions: [], retries: undefined, live: false },
    });
  });

  test("serve is open to this machine only", () => {
    expect(untouched(serveOptions)).toMatchObject({ host: "127.0.0.1", port: 5000 });
  });
});

describe("numbers", () => {
  test.each([
    ["--port", serveOptions.port, 0, 65_535],
    ["--quality", emitVideoOptions.quality, 2, 31],
    ["--partitions", createOptions.partitions, 1, 100_000],
    ["--replication-factor", createOptions.replicationFactor, 1, 32_767],
    ["--partition", produceOptions.partition, -1, 2_147_483_647],
  ])("%s takes its range and no more", (label, option, least, most) => {
    expect(option.read([String(least)], label)).toBe(least);
    expect(option.read([String(most)], label)).toBe(most);
    for (const text of [least - 1, most + 1]) {
      expect(() => option.read([String(text)], label)).toThrow(`${label} must be a whole number, from ${least} to ${most}, not '${text}'.`);
    }
  });

  test.each(["", " 5", "5 ", "1.5", "1e3", "0x10", "five", "5,000", "NaN", "+5"])("'%s' is no count", (text) => {
    expect(() => consumeOptions.count.read([text], "--count")).toThrow(`--count must be a whole number, 1 or more, not '${text}'.`);
  });

  test("leading zeros do not make it another number", () => {
    expect(consumeOptions.count.read(["0010"], "--count")).toBe(10);
  });
});

describe("name=value", () => {
  test("is cut at the first equals sign", () => {
    expect(createOptions.config.read(["a=b=c", "x="], "--config")).toEqual([
      ["a", "b=c"],
      ["x", ""],
    ]);
  });

  test("of a header is UTF-8, and may stand twice", () => {
    expect(produceOptions.header.read(["a=é", "a="], "--header")).toEqual([
      { name: "a", value: Buffer.from([0xc3, 0xa9]) },
      { name: "a", value: Buffer.alloc(0) },
    ]);
  });

  test("a property that is none is not repeated: it may be a password", () => {
    expect(() => produceOptions.property.read(["sasl.password hunter2"], "-X")).toThrow(KtError.usage("-X takes name=value."));
  });

  test.each(["novalue", "=x", ""])("'%s' is refused with exit code 2", (text) => {
    for (const option of [produceOptions.header, createOptions.config]) {
      expect(() => option.read([text], "--it")).toThrow(KtError.usage(`--it takes name=value, not '${text}'.`));
    }
  });
});

test("of one option given twice the last counts", () => {
  expect(produceOptions.key.read(["a", "b"], "--key")).toBe("b");
});

test("a bad position names itself", () => {
  expect(() => consumeOptions.from.read(["soon"], "--from")).toThrow("'soon' is not a position");
});

test("the connection has the user's properties, of two the last", () => {
  const property: [string, string][] = [
    ["linger.ms", "1"],
    ["acks", "1"],
    ["linger.ms", "2"],
  ];
  expect(
    kafkaConfig({ brokers: { text: "a:1,b:2", by: "-b" }, configFile: undefined, profile: undefined, property, quiet: false, log: "text", debug: true }),
  ).toEqual({
    brokers: "a:1,b:2",
    properties: { "linger.ms": "2", acks: "1" },
    registry: {},
    debug: true,
  });
});
