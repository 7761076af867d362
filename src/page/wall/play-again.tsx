/** Where a clip has ended: the way back to its first picture. */
import { useEffect, useState } from "preact/hooks";
import type { Connection } from "../connection.ts";
import { BackIcon } from "../parts/icons.tsx";
import type { PlayClock } from "../rewind/clock.ts";

interface Props {
  connection: Connection;
  topic: string;
  keyName: string;
  clock: PlayClock;
}

export function PlayAgain({ connection, topic, keyName, clock }: Props) {
  const [trouble, setTrouble] = useState("");
  const [gone] = useState(() => new AbortController());
  useEffect(() => () => gone.abort(), [gone]);
  const again = async () => {
    try {
      // Of a stream that was sent several times, the last.
      const begin = (await connection.extent(topic, keyName, gone.signal)).stretches.at(-1)?.startMs;
      if (begin === undefined) setTrouble("The log holds nothing of it any more");
      else {
        clock.seek(begin, performance.now());
        clock.play(performance.now());
      }
    } catch (error) {
      if (!gone.signal.aborted) setTrouble((error as Error).message);
    }
  };
  return (
    <button type="button" class="again" aria-label={`Play again: ${keyName || topic}`} title={trouble || undefined} onClick={() => void again()}>
      <BackIcon /> {trouble || "Play again"}
    </button>
  );
}
