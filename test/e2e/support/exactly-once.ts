/** What the log holds of emitted streams: each frame once, and in order, by kt-run and kt-seq. */
import { eventually, kt } from "./kt.ts";

export interface StoredRun {
  stream: string;
  run: string;
  /** The kt-seq of its frames, in the order in which they are stored. */
  sequence: number[];
  /** Where each of them is: "partition/offset". */
  places: string[];
  /** It says that its source ended. */
  ended: boolean;
}

export interface Verdict {
  frames: number;
  /** Those that stand at two places, or came twice from one: which. */
  twice: string[];
  doubled: number;
  /** Frames that stand before one with a smaller number. */
  disordered: number;
  /** Numbers that are missing before the last that is there. */
  missing: number;
}

/** The runs of a topic, by stream, the oldest first. A cluster that has just come back is asked again. */
export async function storedRuns(topic: string, brokers?: string): Promise<StoredRun[]> {
  const env = brokers === undefined ? {} : { KT_BROKERS: brokers };
  const { stdout } = await eventually(
    async () => {
      const finished = await kt(["consume", topic, "-f", "%k\\t%p/%o\\t%h{%k=%v;}\\n", "--exit"], { env, timeoutMs: 120_000 });
      return finished.code === 0 && finished;
    },
    `reading ${topic}`,
    60_000,
  );
  const runs = new Map<string, StoredRun>();
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [stream = "", place = "", headers = ""] = line.split("\t");
    const header = (name: string) => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(headers)?.[1];
    const run = header("kt-run") ?? "";
    const name = `${stream}\t${run}`;
    const stored = runs.get(name) ?? { stream, run, sequence: [], places: [], ended: false };
    runs.set(name, stored);
    const sequence = header("kt-seq");
    if (sequence !== undefined) {
      stored.sequence.push(Number(sequence));
      stored.places.push(place);
    }
    stored.ended ||= header("kt-end") === "1";
  }
  return [...runs.values()];
}

export function verdictOf(runs: StoredRun[]): Verdict {
  const all = { frames: 0, twice: [] as string[], doubled: 0, disordered: 0, missing: 0 };
  for (const { stream, sequence, places } of runs) {
    const distinct = new Set(sequence);
    all.frames += distinct.size;
    for (const [i, number] of sequence.entries()) {
      const first = sequence.indexOf(number);
      if (first < i) all.twice.push(`${stream} ${number} at ${places[first]} and ${places[i]}`);
    }
    all.doubled += sequence.length - distinct.size;
    all.disordered += sequence.filter((number, i) => i > 0 && number < (sequence[i - 1] as number)).length;
    all.missing += Math.max(-1, ...distinct) + 1 - distinct.size;
  }
  return all;
}
