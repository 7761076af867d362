/** Whether a file with a secret is its owner's alone. */
import { statSync } from "node:fs";

/**
 * Not a pipe, as of <(…), which only its two ends can open. A file of somebody else that kt reads as one of its group is
 * how Kubernetes gives a Secret to a user that is not root: kt could not change that, and others cannot read it.
 */
export function othersMayRead(path: string): boolean {
  const its = statSync(path);
  const isOwn = its.uid === process.getuid?.();
  return its.isFile() && (its.mode & (isOwn ? 0o077 : 0o007)) !== 0;
}
