/** The archives of a release are the same byte for byte, whoever makes them, where and when. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../../..");
const seconds = 1_700_000_000;
let work: string;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "kt-archive-"));
});
afterAll(() => rm(work, { recursive: true }));

async function sh(command: string, ...args: string[]): Promise<string> {
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", command, "_", ...args], { cwd: root, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

/** A folder with a program and two texts, written in this order, with these modes and at this time. */
async function archived(place: string, names: string[], { program, text }: { program: number; text: number }, time: Date): Promise<string> {
  const folder = join(work, place, "kt-1.2.3");
  await mkdir(join(folder, "share"), { recursive: true, mode: text | 0o111 });
  for (const name of names) {
    const path = join(folder, name);
    await Bun.write(path, `what is in ${name}\n`);
    await chmod(path, name === "kt" ? program : text);
    await utimes(path, time, time);
  }
  const file = join(work, place, "kt.tar.gz");
  await sh(`. scripts/lib/release/archive.sh; archive "$1" "$2" ${seconds}`, folder, file);
  return file;
}

test("two folders with the same files make the same archive", async () => {
  const names = ["kt", "share/kt.1", "share/LICENSE"];
  const one = await archived("one", names, { program: 0o755, text: 0o644 }, new Date("2001-02-03"));
  const other = await archived("a deeper/place", names.toReversed(), { program: 0o700, text: 0o600 }, new Date("2020-02-03"));
  expect(Buffer.compare(await Bun.file(one).bytes(), await Bun.file(other).bytes())).toBe(0);
  const listed = await sh('TZ=UTC tar --list --verbose --numeric-owner --full-time --file "$1"', other);
  const lines = listed
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ +/));
  expect(lines.map(([mode, owner, , date, time, name]) => [mode, owner, date, time, name])).toEqual(
    [
      ["drwxr-xr-x", "kt-1.2.3/"],
      ["-rwxr-xr-x", "kt-1.2.3/kt"],
      ["drwxr-xr-x", "kt-1.2.3/share/"],
      ["-rw-r--r--", "kt-1.2.3/share/LICENSE"],
      ["-rw-r--r--", "kt-1.2.3/share/kt.1"],
    ].map(([mode, name]) => [mode, "0/0", "2023-11-14", "22:13:20", name]),
  );
});

test("gzip's head has no time and no name", async () => {
  const file = await archived("head", ["kt"], { program: 0o755, text: 0o644 }, new Date());
  const [, , , flags, ...time] = (await Bun.file(file).bytes()).subarray(0, 8);
  expect([flags, ...time]).toEqual([0, 0, 0, 0, 0]);
});
