/** dist/kt is one file that needs nothing beside it: no packages, no folder it may write, no particular user. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, copyFile, mkdir, readdir } from "node:fs/promises";
import { binary, brokers, kt, ktOk, makeTopic, type TempFolder, tempFolder } from "./support/kt.ts";
import { type Finished, run } from "./support/process.ts";

setDefaultTimeout(120_000);

const asRoot = process.getuid?.() === 0;
let folder: TempFolder;
let copy: string;

beforeAll(async () => {
  folder = await tempFolder();
  await chmod(folder.path, 0o755);
  copy = `${folder.path}/kt`;
  await copyFile(binary, copy);
  await chmod(copy, 0o755);
});
afterAll(() => folder[Symbol.asyncDispose]());

/** The copy, in its own folder, with nothing of this shell's environment. */
function alone(args: string[], env: Record<string, string>, wrapper: string[] = []): Promise<Finished> {
  const names = Object.entries({ KT_BROKERS: brokers, ...env }).map(([name, value]) => `${name}=${value}`);
  return run([...wrapper, "env", "-i", ...names, copy, ...args], { cwd: folder.path });
}

async function expectProduceAndConsume(env: Record<string, string>, wrapper?: string[]): Promise<void> {
  const topic = await makeTopic("alone");
  const produced = await alone(["produce", topic, "hi"], env, wrapper);
  expect([produced.code, produced.stderr]).toEqual([0, `${topic}: partition 0, offset 0\n`]);
  const consumed = await alone(["consume", topic, "--exit"], env, wrapper);
  expect([consumed.code, consumed.stdout, consumed.stderr]).toEqual([0, "hi\n", ""]);
}

/** Nobody in particular; without the right to become somebody else, the user stays. */
const nobody = asRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

test("runs from another folder, with no environment and no packages near it", async () => {
  expect(await readdir(folder.path)).toEqual(["kt"]);
  await expectProduceAndConsume({});
  expect(await readdir(folder.path)).toEqual(["kt"]);
});

test("runs as another user, who may write nothing where TMPDIR and HOME are", async () => {
  const closed = `${folder.path}/closed`;
  await mkdir(closed, { mode: 0o555 });
  await expectProduceAndConsume({ TMPDIR: closed, HOME: closed }, nobody);
  await expectProduceAndConsume({ TMPDIR: "/nonexistent", HOME: "/nonexistent" }, nobody);
  // A number without a name, as a container's user may be.
  if (asRoot) await expectProduceAndConsume({}, ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]);
  expect(await readdir(closed)).toEqual([]);
});

test("runs where every file system is read-only", async () => {
  // A mount namespace of its own, in which the root and all that hold temporary files cannot be written.
  const readOnly = [
    "unshare",
    ...(asRoot ? ["-m"] : ["-rm"]),
    "sh",
    "-c",
    'for at in / /tmp /var/tmp /dev/shm "$TMPDIR"; do mountpoint -q "$at" && mount -o remount,bind,ro "$at"; done; exec "$@"',
    "sh",
  ];
  const tried = await run([...readOnly, "sh", "-c", `touch ${folder.path}/written || echo read-only`]);
  if (!tried.stdout.includes("read-only")) {
    // Not permitted to mount, as in most containers: then at least no folder that a program would choose.
    return expectProduceAndConsume({ TMPDIR: "/proc", HOME: "/proc" }, nobody);
  }
  await expectProduceAndConsume({ TMPDIR: "/tmp" }, readOnly);
  await expectProduceAndConsume({}, [...readOnly, ...nobody]);
});

test("links to the C library's family and nothing else", async () => {
  const { stdout } = await run(["ldd", binary]);
  const libraries = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trim().split(/\s/)[0]?.split("/").at(-1));
  expect(libraries).toContain("libc.so.6");
  const family = /^(linux-vdso|ld-linux[\w-]*|libc|libpthread|libdl|libm|librt)\.so\.\d+$/;
  expect(libraries.filter((library) => !family.test(library ?? ""))).toEqual([]);
});

/** What the dynamic linker was asked to load while kt ran. */
async function loaded(args: string[]): Promise<string> {
  const { stdout, stderr } = await kt(args, { env: { LD_DEBUG: "files" } });
  return `${stdout}${stderr}`
    .split("\n")
    .filter((line) => /^\s*\d+:\s.*dynamically loaded/.test(line))
    .join("\n");
}

test("help, versions and usage errors load neither the addon nor anything else; a command does", async () => {
  for (const args of [
    [],
    ["--help"],
    ["--version"],
    ["help", "produce"],
    ["consume", "--help"],
    ["topic"],
    ["topic", "create", "x", "--partitions", "0"],
    ["prodcue"],
    ["serve", "--prot", "1"],
  ]) {
    expect([args, await loaded(args)]).toEqual([args, ""]);
  }
  expect(await loaded(["topic", "list"])).toContain("/fd/");
});

test("help answers at once, on stdout, with every command and option", async () => {
  const help = await ktOk(["--help"]);
  for (const words of ["topic create", "topic list", "topic describe", "produce", "consume", "emit-video", "serve"]) {
    expect(help.stdout).toContain(`  ${words}`);
    const own = await ktOk(["help", ...words.split(" ")]);
    expect(own.stdout).toBe((await ktOk([...words.split(" "), "--help"])).stdout);
    expect(own.stdout).toContain(`kt ${words}`);
    expect(own.stdout).toContain("--brokers");
    expect(own.stdout).toContain("Examples:");
    expect(own.stderr).toBe("");
  }
  const version = await ktOk(["--version"]);
  expect(version.stdout).toMatch(/^kt \d+\.\d+\.\d+ .*librdkafka \d+\.\d+\.\d+/);
});

test.each([
  [["prodcue", "t"], "kt produce"],
  [["topic", "lsit"], "kt topic list"],
  [["consume", "t", "--form", "start"], "--from"],
  [["consume"], "kt consume"],
  [["topic", "create", "a", "b"], "'b'"],
  [["serve", "--port", "70000"], "70000"],
  [["emit-video", "a.mp4", "--quality"], "--quality"],
])("%p is a usage error: exit code 2 and one line that helps", async (args, helps) => {
  const { code, stdout, stderr } = await kt(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^kt: .+\n$/);
  expect(stderr).toContain(helps);
});
