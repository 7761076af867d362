import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { run } from "../../src/cli/cli.ts";
import { commands as table } from "../../src/cli/command-table.ts";
import { KtError } from "../../src/errors.ts";
import type { Call } from "./record-calls.ts";

function spawn(program: string, argv: string[], env: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, join(import.meta.dir, program), ...argv], { env: { PATH, HOME, ...env } });
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

const kt = (...argv: string[]) => spawn("../../src/main.ts", argv);

/** What the commands would be called with. */
function callsOf(argvs: string[][], env?: Record<string, string>): Call[] {
  const { exitCode, stdout, stderr } = spawn("record-calls.ts", [JSON.stringify(argvs)], env);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const optionsOf = (argvs: string[][], env?: Record<string, string>) => callsOf(argvs, env).map(({ options }) => options);

const commands = Object.fromEntries(table.map(({ words, options }) => [words, options]));

describe("help", () => {
  test.each([[[]], [["--help"]], [["help"]]])("kt %j lists every command", (argv) => {
    const { exitCode, stdout, stderr } = kt(...argv);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    for (const words of Object.keys(commands)) expect(stdout).toContain(`\n  ${words} `);
  });

  test("kt topic lists the commands on topics, and no others", () => {
    const { exitCode, stdout } = kt("topic");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("topic describe <name>");
    expect(stdout).not.toContain("produce");
  });

  test.each(Object.entries(commands))("of %s has every option, and two examples that kt accepts", (words, options) => {
    const { exitCode, stdout, stderr } = kt(...words.split(" "), "--help");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    for (const option of Object.values(options)) {
      const line = lines.find((candidate) => candidate.includes(`${option.flags} `));
      expect(line).toContain(`  ${option.summary}`);
      if (option.defaultText) expect(line).toContain(`default: ${option.defaultText}`);
      if (option.env) expect(line).toContain(`environment: ${option.env}`);
    }
    const examples = lines.slice(lines.indexOf("Examples:") + 1, -1).map((line) =>
      line
        .slice(line.lastIndexOf("kt ") + 3)
        .replace(/ *[|>)].*$/, "")
        .replaceAll('"', ""),
    );
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(example).toStartWith(words);
    expect(callsOf(examples.map((example) => example.split(" ")))).toHaveLength(2);
  });

  test("is the same by kt help COMMAND, and after other options", () => {
    const { stdout } = kt("topic", "create", "--help");
    expect(stdout).toContain("Usage:\n  kt topic create <name> [options]\n");
    expect(kt("help", "topic", "create").stdout).toBe(stdout);
    expect(kt("topic", "create", "a", "--json", "-h").stdout).toBe(stdout);
  });
});

test("the version names kt, its Kafka client and Bun", () => {
  const { exitCode, stdout, stderr } = kt("--version");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    /^kt \d+\.\d+\.\d+ \(@confluentinc\/kafka-javascript \d+\.\d+\.\d+, librdkafka \d+\.\d+\.\d+, Bun \d+\.\d+\.\d+, no ffmpeg inside\)\n$/,
  );
});

describe("a wrong command line", () => {
  test.each([
    ["kt: There is no command 'prodce'. Did you mean kt produce?\n", ["prodce"]],
    ["kt: -k needs a value. kt produce --help shows it.\n", ["produce", "t", "v", "-k"]],
    ["kt: kt topic create takes <name>, and was given none. kt topic create --help shows an example.\n", ["topic", "create"]],
  ])("is one line on stderr, nothing on stdout, and exit code 2: %s", (stderr, argv) => {
    expect(kt(...argv)).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("with --debug also says where it was found", () => {
    expect(kt("consume", "t", "-n", "x", "--debug").stderr).toMatch(/\n\s+at /);
  });

  test.each([
    [["topic", "crate", "video"], "There is no command 'topic crate'. Did you mean kt topic create?"],
    [["toppic", "list"], "There is no command 'toppic'. Did you mean kt topic?"],
    [["xyzzyplugh"], "There is no command 'xyzzyplugh'. kt --help shows the commands."],
    [["help", "prodce"], "There is no command 'prodce'. Did you mean kt produce?"],
    [["--json", "topic", "list"], "Options come after the command, and '--json' is no command. kt --help shows the commands."],
    [["serve", "x"], "kt serve takes no arguments, and was given 'x'. kt serve --help shows an example."],
    [["topic", "describe", "v", "007", "-10"], "kt topic describe takes <name>, and was given 'v' '007' '-10'. kt topic describe --help shows an example."],
    [["consume"], "kt consume takes <...topics>, and was given none. kt consume --help shows an example."],
    [["produce", "", "v"], "kt produce takes <topic>, and was given ''. kt produce --help shows an example."],
    [["consume", "t", ""], "kt consume takes <...topics>, and was given ''. kt consume --help shows an example."],
    [["group", "seek", "g", ""], "kt group seek takes <position>, and was given ''. kt group seek --help shows an example."],
    [["consume", "t", "--group", ""], "--group must not be empty."],
    [["consume", "t", "--brokers", ""], "--brokers must not be empty."],
    [["produce", "t", "--kee", "x"], "kt produce has no option --kee. Did you mean --key?"],
    [["consume", "t", "-n", "0"], "--count must be a whole number, 1 or more, not '0'."],
    [["serve", "--port", "70000"], "--port must be a whole number, from 0 to 65535, not '70000'."],
    [["produce", "t", "v", "-H", "novalue"], "--header takes name=value, not 'novalue'."],
  ])("kt %j", async (argv, sentence) => {
    const error = await run(argv).catch(KtError.from);
    expect(error).toMatchObject({ code: "usage", exitCode: 2, sentence });
  });
});

describe("a command is called with", () => {
  test("its arguments exactly as typed", () => {
    const calls = callsOf([
      ["produce", "007", "-10", ""],
      ["consume", "1", "2.0", "0x3", "a=b"],
      ["produce", "--", "t", "--help"],
    ]);
    expect(calls.map(({ args }) => args)).toEqual([
      ["007", "-10", ""],
      ["1", "2.0", "0x3", "a=b"],
      ["t", "--help"],
    ]);
  });

  test("its text options exactly as typed", () => {
    const options = optionsOf([["-k", "007"], ["-k007"], ["-k", "-1"], ["--key="], ["--key=a=b"], ["-k", "#0"], []].map((typed) => ["produce", "t", ...typed]));
    expect(options.map(({ key }) => key)).toEqual(["007", "007", "-1", "", "a=b", "#0", undefined]);
  });

  test("short options that stand together", () => {
    expect(optionsOf([["consume", "t", "-en5", "--from=-10"]])).toMatchObject([{ exit: true, count: 5, from: { other: { at: "tail", count: 10 } } }]);
  });

  test("repeated options in the order in which they were typed", () => {
    const [options] = optionsOf([["produce", "t", "v", "-Hb=1", "-H", "a=b=c", "-H", "b="]]);
    expect(options?.header).toEqual([
      { name: "b", value: "1" },
      { name: "a", value: "b=c" },
      { name: "b", value: "" },
    ]);
  });

  test("repeated options, some long and some short", () => {
    const [options] = optionsOf([["produce", "t", "v", "-H", "b=1", "--header", "a=2", "-H", "b=3", "--header=c=4"]]);
    expect(options?.header).toEqual(["b=1", "a=2", "b=3", "c=4"].map((text) => ({ name: text[0], value: text[2] })));
  });

  test("the last of an option that was given twice, however it was spelled", () => {
    const typed = [
      ["-n", "1", "-n", "2"],
      ["--count", "1", "-n", "2"],
      ["-n", "1", "--count", "2"],
    ];
    expect(optionsOf(typed.map((words) => ["consume", "t", ...words])).map(({ count }) => count)).toEqual([2, 2, 2]);
  });

  test("the flag, else the environment, else the default", () => {
    const withFlags = ["emit-video", "a.mp4", "--brokers", "flag:1", "-t", "007"];
    const without = ["emit-video", "a.mp4"];
    const env = { KT_BROKERS: "env:1", KT_TOPIC: "cameras" };
    expect(optionsOf([withFlags, without], env)).toMatchObject([
      { brokers: { text: "flag:1", by: "--brokers" }, topic: "007" },
      { brokers: { text: "env:1", by: "KT_BROKERS" }, topic: "cameras" },
    ]);
    expect(optionsOf([without], { KT_BROKERS: "" })).toMatchObject([{ topic: "video" }]);
  });
});
