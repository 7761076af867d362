/** SIGHUP for who has files to read again: daemons do that at it, and only a terminal that closes means the end by it. */
import { listenForHangUp } from "./shutdown.ts";
import { isTerminal } from "./terminal.ts";

/** Calls the function at each SIGHUP, unless kt was started on a terminal that is gone. @returns ends that */
export function onReload(reload: () => void): () => void {
  const begun = isTerminal(2);
  return listenForHangUp(() => {
    if (begun && !isTerminal(2)) return false;
    reload();
    return true;
  });
}
