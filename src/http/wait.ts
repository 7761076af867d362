/** What comes, or "late" where it does not come in time; it can be waited for again. */
export async function orAfter<T>(coming: Promise<T>, ms: number): Promise<T | "late"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The same for who waits for one thing after the other: a timer is set about once in that time, and not for each of them.
 * Of 150 viewers of 30 pictures a second, that were 4500 timers a second.
 */
export function orAfterEach(ms: number): <T>(coming: Promise<T>) => Promise<T | "late"> {
  let looksSoon = false;
  let dueMs = 0;
  let late: (() => void) | undefined;
  const lookIn = (waitMs: number) => {
    looksSoon = true;
    setTimeout(look, waitMs).unref();
  };
  const look = () => {
    looksSoon = false;
    if (!late) return;
    const leftMs = dueMs - performance.now();
    if (leftMs > 0) lookIn(leftMs);
    else late();
  };
  return (coming) =>
    new Promise((resolve, reject) => {
      dueMs = performance.now() + ms;
      late = () => {
        late = undefined;
        resolve("late");
      };
      if (!looksSoon) lookIn(ms);
      coming.then(
        (came) => {
          late = undefined;
          resolve(came);
        },
        (error) => {
          late = undefined;
          reject(error);
        },
      );
    });
}
