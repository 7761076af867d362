import { describe, expect, test } from "bun:test";
import { ticket } from "../../src/cli/argv.ts";
import { KtError } from "../../src/errors.ts";
import { consumeOptions, produceOptions } from "../../src/options/options.ts";
import { createOptions } from "../../src/options/options-admin.ts";

/** What the words come to: each option with its text, each argument as [text]. */
function read(specs: Parameters<typeof ticket>[1], ...words: string[]): string[][] {
  const { argv, redeem } = ticket(words, specs, "kt test");
  return argv.map((word) => {
    const [name, held] = word.startsWith("-") ? word.split("=") : [undefined, word];
    return [...(name === undefined ? [] : [name]), ...(held === undefined ? [] : [redeem(held)])];
  });
}

function usageError(run: () => unknown): KtError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(KtError);
    expect((error as KtError).exitCode).toBe(2);
    return error as KtError;
  }
  throw new Error("no error came");
}

describe("texts stay exactly as typed", () => {
  test("numbers, dashes, equals signs and tickets as arguments", () => {
    expect(read(produceOptions, "007", "-10", "a=b", "-", "", "#0", "1e3", " x ")).toEqual([["007"], ["-10"], ["a=b"], ["-"], [""], ["#0"], ["1e3"], [" x "]]);
  });

  test("everything after -- is an argument", () => {
    expect(read(produceOptions, "a", "--", "-k", "--", "--help")).toEqual([["a"], ["-k"], ["--"], ["--help"]]);
  });

  test("a value attached to its option, with = or without", () => {
    expect(read(produceOptions, "-k007").flat()).toContain("007");
    expect(read(produceOptions, "--key=a=b").flat()).toEqual(["--key", "a=b"]);
    expect(read(produceOptions, "--key=").flat()).toEqual(["--key", ""]);
    expect(read(consumeOptions, "--from=-10").flat()).toEqual(["--from", "-10"]);
  });

  test("a value that looks like an option, after its option", () => {
    expect(read(consumeOptions, "--from", "-10").flat()).toEqual(["--from", "-10"]);
    expect(read(produceOptions, "--key", "--json").flat()).toEqual(["--key", "--json"]);
  });

  test("the words that ask cac for nothing special", () => {
    for (const name of ["constructor", "__proto__", "true", "--no-debug"]) expect(read(produceOptions, "--key", name)).toEqual([["--key", name]]);
  });
});

describe("short options stand together", () => {
  test("what follows one with a value is its value", () => {
    const [exit, count, ...rest] = read(consumeOptions, "-en5");
    expect(rest).toEqual([]);
    expect(exit).toHaveLength(1);
    expect(count?.[1]).toBe("5");
  });

  test("the last one may take the next word", () => {
    expect(read(consumeOptions, "-en", "5").at(-1)?.[1]).toBe("5");
  });

  test("one that does not exist is named alone", () => {
    expect(usageError(() => read(consumeOptions, "-ejn5")).message).toBe("kt test has no option -j.");
  });
});

describe("mistakes", () => {
  test("an unknown option is named, with the nearest", () => {
    const error = usageError(() => read(createOptions, "--partitons", "3"));
    expect(error.message).toBe("kt test has no option --partitons.");
    expect(error.hint).toBe("Did you mean --partitions?");
  });

  test("an unknown option that nothing is near points to the help", () => {
    expect(usageError(() => read(createOptions, "--zzzzzz=1")).sentence).toBe("kt test has no option --zzzzzz. kt test --help shows its options.");
  });

  test("an option without its value is named as it was typed", () => {
    expect(usageError(() => read(produceOptions, "-k")).message).toStartWith("-k ");
    expect(usageError(() => read(produceOptions, "x", "--key")).message).toBe("--key needs a value.");
  });

  test("a switch takes no value", () => {
    expect(usageError(() => read(consumeOptions, "--json=1")).message).toBe("--json takes no value.");
  });
});
