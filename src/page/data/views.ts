/** How a topic is shown: which ways there are, which is best at first, and what its reader chose. */

import { useState } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { readStored, store } from "../parts/storage.ts";

export type View = "table" | "list" | "charts";

export interface ViewProps {
  connection: Connection;
  topic: TopicSummary;
  /** False where nobody sees it: nothing needs to come. */
  visible: boolean;
  large: boolean;
  /** Told why nothing can be shown, in a sentence. */
  onTrouble: (message: string) => void;
}

export const viewTitles: Record<View, string> = { table: "Table", list: "List", charts: "Charts" };

/** The best one first. Pure. */
export function viewsOf({ kind, keyed }: Pick<TopicSummary, "kind" | "keyed">): View[] {
  if (kind !== "json") return ["list"];
  return keyed ? ["table", "list", "charts"] : ["list", "table", "charts"];
}

/** The order of the tabs, which is the same for every topic. */
export const tabOrder: View[] = ["table", "list", "charts"];

/** Something that a topic's reader chose, kept in the browser; undefined until then. */
export function useChoice<Value>(topic: string, what: string): [Value | undefined, (value: Value) => void] {
  const name = `kt/${topic}/${what}`;
  const [chosen, setChosen] = useState(() => readStored<Value>(name));
  return [
    chosen,
    (value) => {
      setChosen(value);
      store(name, value);
    },
  ];
}
