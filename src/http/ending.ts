/** The end of the server as those see it who are answered: what goes on for as long as somebody listens is ended, and not cut off. */

const goingOn = new Set<() => void>();
let begun = false;

export const ending = {
  /** Nobody new is taken. */
  get begun(): boolean {
    return begun;
  },
  begin(): void {
    begun = true;
  },

  /**
   * @param end ends what goes on, as if it had come to its end by itself
   * @returns to be called when it has
   */
  with(end: () => void): () => void {
    goingOn.add(end);
    return () => void goingOn.delete(end);
  },

  /** Ends all that goes on. */
  endAll(): void {
    for (const end of [...goingOn]) end();
  },
};
