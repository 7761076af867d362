/** The page's parts, and which of them there is something to show for. */
import { useEffect, useState } from "preact/hooks";
import { setParameter } from "./address.ts";
import { Banner } from "./banner.tsx";
import { useCell } from "./cell.ts";
import type { Connection } from "./connection.ts";
import { DataPanel } from "./data-panel.tsx";
import { Empty } from "./empty.tsx";
import { Header } from "./header.tsx";
import { useKeys } from "./keys.ts";
import { NotLive } from "./not-live.tsx";
import { Notices } from "./notices.tsx";
import { type Place, samePlace, usePlace, writePlace } from "./place.ts";
import { Quiet } from "./quiet.tsx";
import type { Clocks } from "./rewind/clocks.ts";
import type { Memory } from "./rewind/remember.ts";
import { type Shown, sortTopics } from "./streams.ts";
import { TogetherBar, TogetherButton } from "./together.tsx";
import { Wall } from "./wall.tsx";

/** As in player.css. */
const togetherHeight = 90;
/** With the gap; as in style.css. */
const narrowestLists = 400 + 12;

interface Props {
  connection: Connection;
  clocks: Clocks;
  memory: Memory;
  /** What is wrong about the address. */
  trouble: string | null;
}

export function App({ connection, clocks, memory, trouble }: Props) {
  const link = useCell(connection.link);
  const broker = useCell(connection.broker);
  const topics = useCell(connection.topics);
  const unkept = useCell(memory.trouble);
  const [wrong, setWrong] = useState(trouble);
  const [given, go] = usePlace();
  const { streams, lists, quiet } = sortTopics(topics ?? []);
  const asked = streamOf(given, streams);
  const listed = (name: string) => ({ topic: name, key: null });
  // A link may name what is not there yet: the overview is shown until it comes.
  const found = streams.some((stream) => samePlace(stream, asked)) || lists.some(({ name }) => samePlace(listed(name), asked));
  const place = found ? asked : null;

  const together = useCell(clocks.together);
  useKeys(asked ? { Escape: () => go(null) } : {});
  useEffect(() => {
    document.title = place ? `${place.key || place.topic} – kt` : "kt";
    document.documentElement.classList.toggle("theatre", place !== null);
  });
  useEffect(() => setParameter("together", together ? "1" : null), [together, given]);
  useEffect(() => {
    if (asked && !samePlace(asked, given)) history.replaceState(history.state, "", writePlace(asked));
  });

  return (
    <>
      <Header link={link} broker={broker} topics={topics} covered={place !== null}>
        {streams.length > 1 && <TogetherButton clocks={clocks} />}
        {streams.length > 0 && place === null && <NotLive clocks={clocks} streams={streams} />}
      </Header>
      <Notices>
        <Banner link={link} broker={broker} place={unkept} />
        {wrong !== null && (
          <p class="note" role="alert">
            {wrong}
            <button type="button" class="tool" onClick={() => setWrong(null)}>
              Dismiss
            </button>
          </p>
        )}
      </Notices>
      {asked && !found && topics && (
        <p class="note" role="status">
          There is no {asked.key === null ? `topic “${asked.topic}”` : `stream “${asked.key || asked.topic}” in the topic “${asked.topic}”`} to show yet. It
          opens here when it comes.
          <button type="button" class="tool" onClick={() => go(null)}>
            Dismiss
          </button>
        </p>
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
            go={go}
          />
        )}
        {lists.length > 0 && (
          <section class="lists" aria-label="Records">
            {lists.map((topic) => {
              const large = samePlace(listed(topic.name), place);
              return <DataPanel key={topic.name} connection={connection} topic={topic} large={large} covered={place !== null && !large} go={go} />;
            })}
          </section>
        )}
      </main>
      {together && place === null && streams.length > 0 && <TogetherBar connection={connection} clocks={clocks} streams={streams} />}
      <Quiet topics={quiet} covered={place !== null} />
    </>
  );
}

/** The stream that an address means which names a topic of streams only: the first. */
function streamOf(place: Place | null, streams: Shown[]): Place | null {
  const of = place?.key === null ? streams.find(({ topic }) => topic === place.topic) : undefined;
  return of ? { topic: of.topic, key: of.key } : place;
}
