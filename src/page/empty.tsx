/** Before the first record: how to send one. */
import { useEffect, useState } from "preact/hooks";
import type { TopicSummary } from "../protocol/server-message.ts";
import { CopyIcon, DoneIcon, Mark } from "./parts/icons.tsx";

/** What kt takes where no broker is named. */
const defaultBrokers = "localhost:9092";

/** @param brokers those that the server reads */
export function Empty({ topics, brokers = defaultBrokers }: { topics: TopicSummary[]; brokers: string | undefined }) {
  const named = brokers === defaultBrokers ? "" : ` --brokers ${brokers}`;
  return (
    <section class="welcome" aria-labelledby="welcome">
      <Mark />
      <h2 id="welcome">{titleOf(topics)}</h2>
      <p>A topic appears here when its first record comes, without a reload.</p>
      <ul>
        <Command what="Send the frames of a video" line={`kt emit-video clip.mp4${named}`} />
        <Command what="Send a record" line={`kt produce sample "hi"${named}`} />
      </ul>
    </section>
  );
}

function titleOf(topics: TopicSummary[]): string {
  if (topics.length === 0) return "No topics yet";
  // Of a partition without a leader nobody knows what it holds.
  return topics.every(({ records, leaderless }) => records === 0 && leaderless === 0) ? "No records yet" : "Nothing to show yet";
}

function Command({ what, line }: { what: string; line: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <li>
      <span>{what}</span>
      <div>
        <code>{line}</code>
        {/* The clipboard is there only over https and on localhost. */}
        {navigator.clipboard && (
          <button
            type="button"
            class="tool icon"
            aria-label={copied ? "Copied" : `Copy ${line}`}
            onClick={() => navigator.clipboard.writeText(line).then(() => setCopied(true))}
          >
            {copied ? <DoneIcon /> : <CopyIcon />}
          </button>
        )}
      </div>
    </li>
  );
}
