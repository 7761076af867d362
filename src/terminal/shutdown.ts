/** Signals become one AbortSignal; a second one does not wait for anything. */
const controller = new AbortController();
let cause: NodeJS.Signals | undefined;
let forced: (() => void) | undefined;

/** Aborts on the first SIGINT, SIGTERM or SIGHUP. */
export const shutdown: AbortSignal = controller.signal;

/** The first signal; undefined before it. */
export function shutdownCause(): NodeJS.Signals | undefined {
  return cause;
}

/** Listens for signals. On the second, `force` is called. */
export function listenForSignals(force: () => void): void {
  forced = force;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
}

/** Whether a SIGHUP was meant for something else, and is no end. */
let takesHangUp: (() => boolean) | undefined;

/** @param take true where the signal was for it. @returns ends that */
export function listenForHangUp(take: () => boolean): () => void {
  takesHangUp = take;
  return () => {
    if (takesHangUp === take) takesHangUp = undefined;
  };
}

function onSignal(name: NodeJS.Signals): void {
  if (name === "SIGHUP" && !controller.signal.aborted && takesHangUp?.()) return;
  if (controller.signal.aborted) {
    forced?.();
    return;
  }
  cause = name;
  controller.abort();
}

/** Waits so long, or until the shutdown; true when the time passed. */
export function pause(ms: number, signal: AbortSignal = shutdown): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
