/** Before the first record: how to send one. */
import { useEffect, useState } from "preact/hooks";
import { CopyIcon, DoneIcon, Mark } from "./icons.tsx";

export function Empty({ topics }: { topics: number }) {
  return (
    <section class="welcome" aria-labelledby="welcome">
      <Mark />
      <h2 id="welcome">{topics === 0 ? "No topics yet" : "No records yet"}</h2>
      <p>A topic appears here when its first record comes, without a reload.</p>
      <ul>
        <Command what="Send the frames of a video" line="kt emit-video clip.mp4" />
        <Command what="Send a record" line={'kt produce sample "hi"'} />
      </ul>
    </section>
  );
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
