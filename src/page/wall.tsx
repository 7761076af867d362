/** All streams side by side, one of them large where the address says so. */
import { useRef } from "preact/hooks";
import type { Connection } from "./connection.ts";
import { useFit } from "./fit.ts";
import { useKeys } from "./keys.ts";
import { type Go, type Place, readPlace, samePlace } from "./place.ts";
import { commonAspect, type Shown } from "./streams.ts";
import { Tile } from "./tile.tsx";

export function Wall({ connection, streams, beside, place, go }: { connection: Connection; streams: Shown[]; beside: number; place: Place | null; go: Go }) {
  const wall = useRef<HTMLUListElement>(null);
  const aspect = commonAspect(streams);
  const { columns, tileWidth } = useFit(wall, streams.length, aspect, beside);
  const at = streams.findIndex((stream) => samePlace(stream, place));
  // From the address, which is ahead of what is drawn while a key is held down.
  const step = (by: number) => {
    const from = readPlace(location.hash);
    go(streams[(streams.findIndex((stream) => samePlace(stream, from)) + by + streams.length) % streams.length] ?? null);
  };
  useKeys(at >= 0 && streams.length > 1 ? { ArrowLeft: () => step(-1), ArrowRight: () => step(1) } : {});
  return (
    <ul class="wall" ref={wall} aria-label="Streams" style={{ "--columns": columns, "--tile": `${tileWidth}px`, "--aspect": aspect }}>
      {streams.map((stream, i) => (
        <Tile
          key={`${stream.topic}/${stream.key}`}
          connection={connection}
          stream={stream}
          large={i === at}
          covered={place !== null && i !== at}
          alone={streams.every(({ topic }) => topic === stream.topic)}
          onOpen={() => go(stream)}
          onClose={() => go(null)}
          onStep={streams.length > 1 ? step : undefined}
        />
      ))}
    </ul>
  );
}
