/** A topic of records: as a table of what is the latest, as a list, or as charts. */
import type { ComponentType } from "preact";
import { useRef, useState } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { CloseIcon, DownIcon, ExpandIcon, OffIcon, RightIcon } from "../parts/icons.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { useVisible } from "../parts/visible.ts";
import { plural, rateText } from "../parts/words.ts";
import type { Go } from "../subject.ts";
import { Charts } from "./charts/charts.tsx";
import { LatestTable } from "./latest-table.tsx";
import { RecordList } from "./record-list.tsx";
import { tabOrder, useChoice, type View, type ViewProps, viewsOf, viewTitles } from "./views.ts";

const components: Record<View, ComponentType<ViewProps>> = { table: LatestTable, list: RecordList, charts: Charts };

interface Props {
  connection: Connection;
  topic: TopicSummary;
  large: boolean;
  /** Something else covers it. */
  covered: boolean;
  /** Only its header is shown. */
  shut: boolean;
  onShut(shut: boolean): void;
  go: Go;
  onDrop(): void;
}

export function DataPanel({ connection, topic, large, covered, shut, onShut, go, onDrop }: Props) {
  const { name } = topic;
  const panel = useRef<HTMLDivElement>(null);
  const visible = useVisible(panel, large) && !covered;
  const [chosen, choose] = useChoice<View>(name, "view");
  const [trouble, setTrouble] = useState("");
  const views = viewsOf(topic);
  const view = chosen && views.includes(chosen) ? chosen : (views[0] as View);
  const Shown = components[view];
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-modal is there only together with role=dialog
    <div
      ref={panel}
      class={["panel", large && "large", shut && "shut"].filter(Boolean).join(" ")}
      role={large ? "dialog" : "group"}
      aria-modal={large || undefined}
      aria-label={`Records of ${name}`}
      inert={covered}
    >
      <header>
        <h2 title={name}>
          {large ? (
            name
          ) : (
            <button type="button" class="fold" aria-expanded={!shut} onClick={() => onShut(!shut)}>
              {shut ? <RightIcon /> : <DownIcon />}
              <span>{name}</span>
            </button>
          )}
        </h2>
        <span class="facts">
          <span>{plural(topic.records, "record")}</span>
          {topic.leaderless > 0 && (
            <span class="lacking" title="No broker leads it now: what it holds cannot be read until one that has it is back">
              {plural(topic.leaderless, "partition")} without a leader
            </span>
          )}
          {topic.ratePerSecond > 0 && <span class="rate">{rateText(topic.ratePerSecond)}</span>}
        </span>
        {views.length > 1 && !shut && (
          <Tabs label={`View of ${name}`} tabs={tabOrder.map((one) => ({ id: one, title: viewTitles[one] }))} chosen={view} onChoose={choose} />
        )}
        {!large && (
          <button type="button" class="tool icon drop" aria-label={`Take ${name} off the wall`} title="Take it off the wall" onClick={onDrop}>
            <OffIcon />
          </button>
        )}
        <button
          type="button"
          class="tool icon"
          aria-label={large ? "Back to the overview" : `Enlarge ${name}`}
          onClick={() => go(large ? null : { topic: name, key: null })}
        >
          {large ? <CloseIcon /> : <ExpandIcon />}
        </button>
      </header>
      {trouble && !shut && (
        <p class="trouble" role="status">
          {trouble}
        </p>
      )}
      {topic.trouble && !shut && <p class="trouble">{topic.trouble}</p>}
      {!shut && <Shown key={view} connection={connection} topic={topic} visible={visible} large={large} onTrouble={setTrouble} />}
    </div>
  );
}
