/** All streams side by side, one of them large where the address says so. */
import { useRef } from "preact/hooks";
import type { Connection } from "../connection.ts";
import type { ShownNow } from "../layout/use-shown.ts";
import { useOwnHeight } from "../parts/own-height.ts";
import type { Clocks } from "../rewind/clocks.ts";
import type { Memory } from "../rewind/remember.ts";
import { commonAspect, type Shown } from "../streams.ts";
import { type Go, readSubject, type Subject, sameSubject } from "../subject.ts";
import { arrowKeys } from "./arrow-keys.ts";
import { useFit } from "./fit.ts";
import { Tile } from "./tile.tsx";

interface Props {
  connection: Connection;
  clocks: Clocks;
  memory: Memory;
  streams: Shown[];
  /** null leaves it to the screen. */
  columns: number | null;
  /** The width that what stands beside the wall needs. */
  beside: number;
  /** The height of what covers its end. */
  below: number;
  subject: Subject | null;
  /** Something else has the screen. */
  hidden: boolean;
  go: Go;
  arrange: Pick<ShownNow, "drop" | "move">;
}

export function Wall({ connection, clocks, memory, streams, columns: wanted, beside, below, subject, hidden, go, arrange }: Props) {
  const wall = useRef<HTMLUListElement>(null);
  const aspect = commonAspect(streams);
  const { columns, tileWidth } = useFit(wall, streams.length, aspect, beside, below, wanted);
  useOwnHeight(wall);
  const at = streams.findIndex((stream) => sameSubject(stream, subject));
  // From the address, which is ahead of what is drawn while a key is held down.
  const step = (by: number) => {
    const from = readSubject(location.hash);
    go(streams[(streams.findIndex((stream) => sameSubject(stream, from)) + by + streams.length) % streams.length] ?? null);
  };
  return (
    <ul
      class="wall"
      ref={wall}
      aria-label="Streams"
      hidden={hidden}
      // With all together, left and right are ways through time.
      onKeyDown={subject ? undefined : arrowKeys(columns, below > 0 ? "column" : "both")}
      style={{ "--columns": columns, "--tile": `${tileWidth}px`, "--aspect": aspect, "--below": `${below}px` }}
    >
      {streams.map((stream, i) => (
        <Tile
          key={`${stream.topic}/${stream.key}`}
          connection={connection}
          clocks={clocks}
          memory={memory}
          stream={stream}
          large={i === at}
          covered={subject !== null && i !== at}
          alone={streams.every(({ topic }) => topic === stream.topic)}
          onOpen={() => go(stream)}
          onClose={() => go(null)}
          onStep={streams.length > 1 ? step : undefined}
          onDrop={() => arrange.drop(stream)}
          onMove={streams.length > 1 ? (by) => arrange.move(stream, by) : undefined}
        />
      ))}
    </ul>
  );
}
