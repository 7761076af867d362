/** What was measured, as it was measured: what follows from it (medians, ratios, whether a bar is held) is worked out where it is shown. */

export interface Figure {
  /** What was measured; a name of its own within its part, unless it stands beside several others. */
  name: string;
  unit: string;
  /** Which way is the good one. */
  better: "less" | "more";
  /** One value a round. */
  kt: number[];
  /** What does the same, in the same rounds, by turns. */
  other?: { name: string; values: number[] };
  /** Of kt's value divided by the other's; where there is no other, of kt's value itself. */
  bar?: { least?: number; most?: number };
}

/** What something costs the more there is of it. */
export interface Growth {
  name: string;
  /** What there is more of: "viewers". */
  of: string;
  unit: string;
  /** From least to most; one value a round. */
  points: { count: number; values: number[] }[];
  /** Where the cost jumps, and why that is so; a sentence. */
  remark?: string;
}

/** What one part of the benchmarks gives. */
export interface Measured {
  figures: Figure[];
  growths?: Growth[];
  /** What is to be known beside the figures; whole sentences. */
  remarks?: string[];
}

/** One part's last run. */
export interface PartResult extends Measured {
  /** When it ended, ISO 8601. */
  at: string;
  tookSeconds: number;
  /** Processes that wanted a processor, on average over the last minute. */
  load: number;
  machine: string;
  /** By program: kt, and what it was measured beside. */
  versions: Record<string, string>;
}

/** By part; each is made anew by itself. */
export type Results = Record<string, PartResult>;
