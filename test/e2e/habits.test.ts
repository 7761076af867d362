/** What a person at a shell expects: completion, quiet, pipes that close, and nothing but data on stdout. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { binary, brokers, eventually, kt, ktOk, makeTopic, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

/** What bash offers for a line, by the script that kt prints. */
async function completed(line: string, env: Record<string, string> = {}): Promise<string[]> {
  await using folder = await tempFolder();
  const script = `PATH=${folder.path}:$PATH; ln -s ${binary} ${folder.path}/kt; eval "$(kt completion bash)"
    COMP_LINE=$1 COMP_POINT=\${#1} COMPREPLY=(); _kt; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run(["bash", "-c", script, "bash", line], { env: { KT_BROKERS: brokers, XDG_CONFIG_HOME: "/nonexistent", ...env } });
  return stdout.split("\n").filter(Boolean);
}

test("bash completes commands, options, topics and groups", async () => {
  const topic = await makeTopic("tab-topic");
  const group = uniqueName("tab-group");
  await ktOk(["group", "seek", group, "end", "--topic", topic, "--yes"]);
  expect(await completed("kt to")).toEqual(["topic"]);
  expect(await completed("kt group ")).toEqual(["list", "describe", "seek", "delete"]);
  expect(await completed("kt consume x --isol")).toEqual(["--isolation"]);
  expect(await completed(`kt consume ${topic.slice(0, -3)}`)).toEqual([topic]);
  expect(await completed(`kt consume ${topic} --group ${group.slice(0, -3)}`)).toEqual([group]);
  expect(await completed(`kt topic describe -b ${brokers} ${topic.slice(0, -3)}`, { KT_BROKERS: "127.0.0.1:1" })).toEqual([topic]);
});

test("completion without a broker offers nothing, and says nothing, within a second or so", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  try {
    const { code, stdout, stderr, ms } = await kt(["__complete", "consume", ""], { env: { KT_BROKERS: `127.0.0.1:${silent.port}` } });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(ms).toBeLessThan(3000);
  } finally {
    silent.stop(true);
  }
});

test("--quiet leaves out what is only said, and no error", async () => {
  const topic = uniqueName("quiet");
  expect((await ktOk(["topic", "create", topic, "--quiet"])).stderr).toBe("");
  expect((await ktOk(["produce", topic, "a", "--quiet"])).stderr).toBe("");
  const { code, stderr } = await kt(["topic", "create", topic, "--quiet"]);
  expect(code).toBe(1);
  expect(stderr).toContain("exists");
});

test("a reader that goes away ends any command well", async () => {
  const topic = await makeTopic("head");
  await ktOk(["produce", topic], { stdin: "line\n".repeat(50_000) });
  for (const command of [`consume ${topic}`, `consume ${topic} --json`, "topic list", "man", "--help", "consume -X list"]) {
    const { stdout, stderr } = await run(["bash", "-c", `KT_BROKERS=${brokers} ${binary} ${command} | head -c 1 >/dev/null; echo \${PIPESTATUS[0]}`], {});
    expect([command, stdout, stderr]).toEqual([command, "0\n", ""]);
  }
});

test("colour and progress are for terminals only, and NO_COLOR is heeded", async () => {
  const atTerminal = (env: Record<string, string>) =>
    run(["script", "-qec", `${binary} topic describe nothing-of-this-name -b ${brokers}`, "/dev/null"], { env });
  expect((await atTerminal({ TERM: "xterm" })).stdout).toContain("\x1b[31mkt:");
  expect((await atTerminal({ TERM: "xterm", NO_COLOR: "1" })).stdout).not.toContain("\x1b[");
  expect((await kt(["topic", "describe", "nothing-of-this-name"])).stderr).not.toContain("\x1b[");
});

test("a log on stderr that nobody reads does not keep a command from ending", async () => {
  await using folder = await tempFolder();
  const unread = `${folder.path}/unread`;
  await run(["mkfifo", unread]);
  // Open both ways, a FIFO needs no reader.
  const stderr = openSync(unread, constants.O_RDWR);
  const probe = openSync(unread, constants.O_WRONLY | constants.O_NONBLOCK);
  const fast = ["reconnect.backoff.ms=1", "reconnect.backoff.max.ms=1", "debug=all"].flatMap((property) => ["-X", property]);
  const child = Bun.spawn([binary, "consume", "t", "-b", "127.0.0.1:9", "--debug", ...fast], {
    stdout: "ignore",
    stderr,
  });
  try {
    await eventually(() => {
      try {
        writeSync(probe, ".");
        return false;
      } catch {
        return true;
      }
    }, "the pipe is full");
    child.kill("SIGINT");
    expect(await Promise.race([child.exited, Bun.sleep(10_000).then(() => "still there")])).toBe(1);
  } finally {
    child.kill("SIGKILL");
    closeSync(probe);
    closeSync(stderr);
  }
});

test.each(["man", "completion bash", "help consume", "--version", "topic list", "broker list --json", "-X list"])(
  "kt %s on a full disk is one sentence with the remedy, and exit code 1",
  async (words) => {
    const { code, stderr } = await run(["bash", "-c", `"$0" ${words} > /dev/full`, binary], { env: { KT_BROKERS: brokers } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kt: stdout cannot be written: ENOSPC: [^\n]* Make room, or write to another disk\.\n$/);
  },
);
