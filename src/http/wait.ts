/** What comes, or "late" where it does not come in time; it can be waited for again. */
export function orAfter<T>(coming: Promise<T>, ms: number): Promise<T | "late"> {
  return orAfterEach<T>(ms)(coming);
}

/**
 * The same for who waits for one thing after the other, or for one again and again. A timer is set about once in that
 * time, and not for each of them: of 150 viewers of 30 pictures a second, that were 4500 timers a second. And each is
 * listened to once: what does not come for months would keep all who ever asked for it.
 */
export function orAfterEach<T>(ms: number): (coming: Promise<T>) => Promise<T | "late"> {
  let waiting: PromiseWithResolvers<T | "late"> | undefined;
  let listenedTo: Promise<T> | undefined;
  let looksSoon = false;
  let dueMs = 0;
  const taken = () => {
    const to = waiting;
    waiting = undefined;
    return to;
  };
  const lookIn = (waitMs: number) => {
    looksSoon = true;
    setTimeout(look, waitMs).unref();
  };
  const look = () => {
    looksSoon = false;
    const leftMs = dueMs - performance.now();
    if (waiting && leftMs > 0) lookIn(leftMs);
    else taken()?.resolve("late");
  };
  const listen = (coming: Promise<T>) => {
    listenedTo = coming;
    const settled = () => {
      if (listenedTo !== coming) return undefined;
      // Where nobody waits just now, who comes next listens again, and is told at once.
      listenedTo = undefined;
      return taken();
    };
    coming.then(
      (came) => settled()?.resolve(came),
      (error) => settled()?.reject(error),
    );
  };
  return (coming) => {
    waiting = Promise.withResolvers();
    dueMs = performance.now() + ms;
    if (!looksSoon) lookIn(ms);
    if (coming !== listenedTo) listen(coming);
    return waiting.promise;
  };
}
