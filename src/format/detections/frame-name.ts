/** By which a picture and what was seen in it find each other. Pure; the page has it too. */

export interface NamedFrame {
  partition: number;
  offset: number;
  timestampMs: number;
  /** A hash of its run's id; 0 where it has none. */
  runHash: number;
  /** Its number in the run; null where it has none. */
  sequence: number | null;
}

/** What a detection says of its picture, from the most exact on. */
export type FrameReference = { runHash: number; sequence: number } | { offset: number; partition: number | null } | { timestampMs: number };

/** FNV-1a, 32 bits: a stream has a few runs, and their ids are random. 0 is for none. */
export function hashOfRun(run: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < run.length; at++) hash = Math.imul(hash ^ run.charCodeAt(at), 0x01000193);
  return run === "" ? 0 : hash >>> 0 || 1;
}

export function nameOf(reference: FrameReference): string {
  if ("sequence" in reference) return `${reference.runHash}#${reference.sequence}`;
  return "offset" in reference ? `${reference.partition ?? ""}/${reference.offset}` : `@${reference.timestampMs}`;
}

/** All names that a detection may call it by. */
export function namesOf({ partition, offset, timestampMs, runHash, sequence }: NamedFrame): string[] {
  const names = [nameOf({ partition, offset }), nameOf({ partition: null, offset }), nameOf({ timestampMs })];
  return sequence === null ? names : [nameOf({ runHash, sequence }), ...names];
}
