/** All topics of records, each in a panel that can be shut down to its header. */
import { useRef, useState } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { useOwnHeight } from "../parts/own-height.ts";
import { readStored, store } from "../parts/storage.ts";
import { type Go, type Subject, sameSubject } from "../subject.ts";
import { DataPanel } from "./data-panel.tsx";

interface Props {
  connection: Connection;
  topics: TopicSummary[];
  subject: Subject | null;
  hidden: boolean;
  go: Go;
  /** Takes it off the page. */
  onDrop(subject: Subject): void;
}

const stored = "kt/shut";

export function Panels({ connection, topics, subject, hidden, go, onDrop }: Props) {
  const section = useRef<HTMLElement>(null);
  const [shut, setShut] = useState(() => readStored<string[]>(stored) ?? []);
  useOwnHeight(section);
  const shutCount = topics.filter(({ name }) => shut.includes(name)).length;
  const choose = (name: string, on: boolean) => {
    const next = on ? [...shut, name] : shut.filter((one) => one !== name);
    setShut(next);
    store(stored, next);
  };
  return (
    <section
      class="lists"
      ref={section}
      aria-label="Records"
      hidden={hidden}
      inert={subject !== null && subject.key !== null}
      style={{ "--open": topics.length - shutCount, "--shut": shutCount }}
    >
      {topics.map((topic) => {
        const large = sameSubject({ topic: topic.name, key: null }, subject);
        return (
          <DataPanel
            key={topic.name}
            connection={connection}
            topic={topic}
            large={large}
            covered={subject !== null && !large}
            shut={!large && shut.includes(topic.name)}
            onShut={(on) => choose(topic.name, on)}
            go={go}
            onDrop={() => onDrop({ topic: topic.name, key: null })}
          />
        );
      })}
    </section>
  );
}
