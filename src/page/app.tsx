/** The page's parts, and which of them there is something to show for. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { absenceOf } from "./absence.ts";
import { setParameter } from "./address.ts";
import { Banner } from "./banner.tsx";
import { BoxesButton } from "./boxes/boxes-button.tsx";
import type { Connection } from "./connection.ts";
import { EmptyTopics } from "./data/empty-topics.tsx";
import { Panels } from "./data/panels.tsx";
import { Empty } from "./empty.tsx";
import { Header } from "./header.tsx";
import { useKeys } from "./keys.ts";
import { keptOf } from "./layout/layout.ts";
import type { Layouts } from "./layout/layouts.ts";
import { LeftOut } from "./layout/left-out.tsx";
import { useShown } from "./layout/use-shown.ts";
import { WallMenu } from "./layout/wall-menu.tsx";
import { Notices } from "./notices.tsx";
import { useCell } from "./parts/cell.ts";
import { handheld, useMedia } from "./parts/media.ts";
import { Tabs } from "./parts/tabs.tsx";
import type { Clocks } from "./rewind/clocks.ts";
import type { Memory } from "./rewind/remember.ts";
import { type Shown, sortTopics } from "./streams.ts";
import { type Subject, sameSubject, useSubject, writeSubject } from "./subject.ts";
import { useFindKeys } from "./topics/find-keys.ts";
import { useTopicsPlace } from "./topics/place.ts";
import { TopicsLater } from "./topics/topics-later.tsx";
import { NotLive } from "./wall/not-live.tsx";
import { TogetherBar, TogetherButton } from "./wall/together.tsx";
import { Wall } from "./wall/wall.tsx";

/** As in player.css. */
const togetherHeight = 90;
/** With the gap; as in style.css. */
const narrowestLists = 400 + 12;

type Half = "video" | "data";
const halves: { id: Half; title: string }[] = [
  { id: "video", title: "Video" },
  { id: "data", title: "Data" },
];

interface Props {
  connection: Connection;
  clocks: Clocks;
  memory: Memory;
  layouts: Layouts;
  /** What is wrong about the address. */
  trouble: string | null;
}

export function App({ connection, clocks, memory, layouts, trouble }: Props) {
  const link = useCell(connection.link);
  const broker = useCell(connection.broker);
  const topics = useCell(connection.topics);
  const unkept = useCell(memory.trouble);
  const [wrong, setWrong] = useState(trouble);
  const [given, go] = useSubject();
  const all = useMemo(() => sortTopics(topics ?? []), [topics]);
  const [seen] = useState(() => new Set<string>());
  for (const { name } of topics ?? []) seen.add(name);
  const asked = streamOf(given, all.streams);
  const shown = useShown(all, layouts, asked);
  const { streams, lists } = shown;
  // A link may name what is not there yet: the overview is shown until it comes.
  const found = streams.some((stream) => sameSubject(stream, asked)) || lists.some(({ name }) => sameSubject(listed(name), asked));
  const subject = found ? asked : null;
  const looking = useTopicsPlace();
  useFindKeys();

  const together = useCell(clocks.together);
  useKeys(asked ? { Escape: () => go(null) } : {});
  const split = useMedia(handheld) && streams.length > 0 && lists.length > 0;
  const [chosen, choose] = useState<Half>("video");
  // Back from a link to a panel is where the panels are.
  const half: Half = subject ? (subject.key === null ? "data" : "video") : chosen;
  useEffect(() => choose(half), [half]);
  useEffect(() => {
    document.title = looking ? `${looking.topic ?? "Topics"} – kt` : subject ? `${subject.key || subject.topic} – kt` : "kt";
    document.documentElement.classList.toggle("theatre", subject !== null);
  });
  useEffect(() => setParameter("together", together ? "1" : null), [together, given]);
  useEffect(() => {
    if (asked && !sameSubject(asked, given)) history.replaceState(history.state, "", writeSubject(asked));
  });

  return (
    <>
      <Header link={link} broker={broker} topics={topics} covered={subject !== null}>
        {(topics ?? []).some(({ detections }) => detections) && !looking && <BoxesButton />}
        {streams.length > 1 && !looking && <TogetherButton clocks={clocks} />}
        {topics && !looking && subject === null && <WallMenu layouts={layouts} shown={keptOf(shown, shown.layout)} missing={shown.missing} />}
        {streams.length > 0 && subject === null && !looking && <NotLive clocks={clocks} streams={streams} />}
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
          {absenceOf(topics, asked, seen.has(asked.topic))}
          <button type="button" class="tool" onClick={() => go(null)}>
            Dismiss
          </button>
        </p>
      )}
      {split && !looking && (
        <nav class="halves" aria-label="What is shown" inert={subject !== null}>
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
      {looking && topics && (
        <main class="looking">
          <TopicsLater connection={connection} place={looking} topics={topics} layouts={layouts} />
        </main>
      )}
      {!looking && <LeftOut {...shown.left} />}
      {!looking && shown.groups.length > 0 && (
        <nav class="groups" aria-label="Groups of cameras" inert={subject !== null}>
          <Tabs
            label="Groups of cameras"
            tabs={["", ...shown.groups].map((id) => ({ id, title: id || "All" }))}
            chosen={shown.group}
            onChoose={shown.setGroup}
          />
        </nav>
      )}
      <main hidden={looking !== null} class={[streams.length > 0 && "has-wall", lists.length > 0 && "has-lists"].filter(Boolean).join(" ")}>
        {topics && broker?.up !== false && all.streams.length + all.lists.length === 0 && <Empty topics={topics} brokers={broker?.brokers} />}
        {shown.layout && streams.length + lists.length === 0 && all.streams.length + all.lists.length > 0 && (
          <p class="left-out" role="status">
            Nothing of what was chosen for the wall is there now.
          </p>
        )}
        {streams.length > 0 && (
          <Wall
            connection={connection}
            clocks={clocks}
            below={together ? togetherHeight : 0}
            memory={memory}
            streams={streams}
            beside={lists.length > 0 ? narrowestLists : 0}
            columns={shown.layout?.columns ?? null}
            subject={subject}
            hidden={split && half !== "video"}
            go={go}
            arrange={shown}
          />
        )}
        {lists.length > 0 && <Panels connection={connection} topics={lists} subject={subject} hidden={split && half !== "data"} go={go} onDrop={shown.drop} />}
      </main>
      {together && subject === null && !looking && streams.length > 0 && !(split && half === "data") && (
        <TogetherBar connection={connection} clocks={clocks} streams={streams} />
      )}
      {!looking && <EmptyTopics topics={all.quiet} covered={subject !== null} />}
    </>
  );
}

const listed = (name: string) => ({ topic: name, key: null });

/** The stream that an address means which names a topic of streams only: the first. */
function streamOf(subject: Subject | null, streams: Shown[]): Subject | null {
  const of = subject?.key === null ? streams.find(({ topic }) => topic === subject.topic) : undefined;
  return of ? { topic: of.topic, key: of.key } : subject;
}
