/** Which commit kt is built from. */
import { existsSync, readFileSync } from "node:fs";

const length = 10;

/**
 * As KT_COMMIT says, or git, where a + says that something is not committed; or, where a container's build has only
 * these of .git, as HEAD and what it refers to say.
 */
export function commit(root: string): string | undefined {
  if (process.env.KT_COMMIT) return process.env.KT_COMMIT.slice(0, length);
  return (Bun.which("git") ? byGit(root) : undefined) ?? byFiles(`${root}.git`)?.slice(0, length);
}

function byGit(root: string): string | undefined {
  const git = (...args: string[]) => Bun.spawnSync(["git", "-C", root, ...args], { stderr: "ignore" });
  const head = git("rev-parse", `--short=${length}`, "HEAD");
  if (head.exitCode !== 0) return undefined;
  return head.stdout.toString().trim() + (git("status", "--porcelain").stdout.length > 0 ? "+" : "");
}

function byFiles(folder: string): string | undefined {
  const read = (name: string) => (existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, "utf8").trim() : "");
  const head = read("HEAD");
  const name = /^ref: (\S+)$/.exec(head)?.[1];
  const found =
    name === undefined
      ? head
      : read(name) ||
        read("packed-refs")
          .split("\n")
          .find((line) => line.endsWith(` ${name}`));
  return /^[0-9a-f]{40,64}/.exec(found ?? "")?.[0];
}
