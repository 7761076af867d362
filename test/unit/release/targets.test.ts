/** What is built for other machines: the pins that it rests on, and what is said to who asks for another. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../../package.json";

const root = join(import.meta.dir, "../../..");
const pins = readFileSync(join(root, "scripts/lib/runtimes.txt"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(" ") as [string, string]);

test("Bun for other machines is of the version that is in package.json, and what package-lock.json knows of it is the same", () => {
  const { bun } = manifest.devDependencies;
  expect(pins.map(([name]) => name)).toEqual([`@oven/bun-linux-x64-baseline@${bun}`, `@oven/bun-linux-aarch64@${bun}`]);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { integrity: string }> };
  expect(Object.fromEntries(pins)[`@oven/bun-linux-aarch64@${bun}`]).toBe(lock.packages["node_modules/@oven/bun-linux-aarch64"]?.integrity as string);
});

test.each(["build", "native", "release"])("scripts/%s names the targets to who asks for another", (script) => {
  const args = script === "release" ? ["linux-riscv64"] : ["--target", "linux-riscv64"];
  const { exitCode, stderr } = Bun.spawnSync([join(root, "scripts", script), ...args], { stderr: "pipe" });
  expect([exitCode, stderr.toString()]).toEqual([1, "There is no target linux-riscv64; there are: linux-x64 linux-x64-baseline linux-arm64\n"]);
});
