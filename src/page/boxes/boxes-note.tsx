/** How what is drawn over a live picture stands to it: how much older it is, or how long the picture was held back for it. */
import { useEffect, useState } from "preact/hooks";
import type { StreamView } from "../live/stream-view.ts";
import { durationText } from "../parts/words.ts";

const lookEveryMs = 250;

export function BoxesNote({ view }: { view: StreamView }) {
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setInterval(() => setText(noteOf(view)), lookEveryMs);
    return () => clearInterval(timer);
  }, [view]);
  if (text === "") return null;
  return (
    <span class="boxes-note" title="What a program sees is known only after the picture; held back, each picture is shown together with its own">
      {text}
    </span>
  );
}

function noteOf({ boxes, hold, clock }: StreamView): string {
  if (!clock.live) return "";
  const { agreement } = boxes;
  if (hold.delayMs !== null) return `held ${durationText(hold.delayMs)}`;
  if (agreement.of !== "older") return "";
  return agreement.byMs < 0 ? "boxes of a later picture" : `boxes ${durationText(agreement.byMs)} behind`;
}
