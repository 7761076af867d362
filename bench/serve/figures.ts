/** What several parts work out of what they saw. */

export const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** As many rounds of a long row of measurements, each with those that came one after the other. */
export function inRounds<T>(values: T[], rounds: number): T[][] {
  const each = Math.ceil(values.length / rounds);
  return Array.from({ length: rounds }, (_, round) => values.slice(round * each, (round + 1) * each)).filter((round) => round.length > 0);
}
