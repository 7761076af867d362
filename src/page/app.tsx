/** The page's parts, and which of them there is something to show for. */
import { useEffect, useState } from "preact/hooks";
import { Banner } from "./banner.tsx";
import { useCell } from "./cell.ts";
import type { Connection } from "./connection.ts";
import { Empty } from "./empty.tsx";
import { Header } from "./header.tsx";
import { useKeys } from "./keys.ts";
import { handheld, useMedia } from "./media.ts";
import { Panels } from "./panels.tsx";
import { samePlace, usePlace } from "./place.ts";
import { Quiet } from "./quiet.tsx";
import type { Clocks } from "./rewind/clocks.ts";
import type { Memory } from "./rewind/remember.ts";
import { sortTopics } from "./streams.ts";
import { Tabs } from "./tabs.tsx";
import { TogetherBar, TogetherButton } from "./together.tsx";
import { Wall } from "./wall.tsx";

/** As in player.css. */
const togetherHeight = 90;
/** With the gap; as in style.css. */
const narrowestLists = 400 + 12;

type Half = "video" | "data";
const halves: { id: Half; title: string }[] = [
  { id: "video", title: "Video" },
  { id: "data", title: "Data" },
];

export function App({ connection, clocks, memory }: { connection: Connection; clocks: Clocks; memory: Memory }) {
  const link = useCell(connection.link);
  const broker = useCell(connection.broker);
  const topics = useCell(connection.topics);
  const unkept = useCell(memory.trouble);
  const [asked, go] = usePlace();
  const { streams, lists, quiet } = sortTopics(topics ?? []);
  const listed = (name: string) => ({ topic: name, key: null });
  // A link may name what is not there yet: the overview is shown until it comes.
  const found = streams.some((stream) => samePlace(stream, asked)) || lists.some(({ name }) => samePlace(listed(name), asked));
  const place = found ? asked : null;

  const together = useCell(clocks.together);
  useKeys(asked ? { Escape: () => go(null) } : {});
  const split = useMedia(handheld) && streams.length > 0 && lists.length > 0;
  const [chosen, choose] = useState<Half>("video");
  // Back from a link to a panel is where the panels are.
  const half: Half = place ? (place.key === null ? "data" : "video") : chosen;
  useEffect(() => choose(half), [half]);
  useEffect(() => {
    document.title = place ? `${place.key || place.topic} – kt` : "kt";
    document.documentElement.classList.toggle("theatre", place !== null);
  });

  return (
    <>
      <Header link={link} broker={broker} topics={topics} covered={place !== null}>
        {streams.length > 1 && <TogetherButton clocks={clocks} />}
      </Header>
      <Banner link={link} broker={broker} place={unkept} />
      {asked && !found && topics && (
        <p class="note" role="status">
          There is no {asked.key === null ? `topic “${asked.topic}”` : `stream “${asked.key || asked.topic}” in the topic “${asked.topic}”`} to show yet. It
          opens here when it comes.
          <button type="button" class="tool" onClick={() => go(null)}>
            Dismiss
          </button>
        </p>
      )}
      {split && (
        <nav class="halves" aria-label="What is shown" inert={place !== null}>
          <Tabs
            label="What is shown"
            tabs={halves}
            chosen={half}
            onChoose={(next) => {
              choose(next);
              scrollTo(0, 0);
            }}
          />
        </nav>
      )}
      <main class={[streams.length > 0 && "has-wall", lists.length > 0 && "has-lists"].filter(Boolean).join(" ")}>
        {topics && broker?.up !== false && streams.length + lists.length === 0 && <Empty topics={topics.length} />}
        {streams.length > 0 && (
          <Wall
            connection={connection}
            clocks={clocks}
            below={together ? togetherHeight : 0}
            memory={memory}
            streams={streams}
            beside={lists.length > 0 ? narrowestLists : 0}
            place={place}
            hidden={split && half !== "video"}
            go={go}
          />
        )}
        {lists.length > 0 && <Panels connection={connection} topics={lists} place={place} hidden={split && half !== "data"} go={go} />}
      </main>
      {together && place === null && streams.length > 0 && !(split && half === "data") && (
        <TogetherBar connection={connection} clocks={clocks} streams={streams} />
      )}
      <Quiet topics={quiet} covered={place !== null} />
    </>
  );
}
