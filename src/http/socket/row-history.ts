/** One record of a table's row, and the others of that row: the last that the log has, and those that come. */
import { KtError } from "../../errors.ts";
import { keyOfRows, rowOf } from "../../hub/data/latest.ts";
import type { Hub } from "../../hub/hub.ts";
import { oneRecord } from "../../hub/log/log.ts";
import type { PanelMessage } from "../../protocol/client-message.ts";
import { found } from "../paths/search.ts";
import { toPanelRecord } from "./panel-record.ts";
import type { Source } from "./records-panel.ts";

export function rowHistory(
  hub: Pick<Hub, "config" | "admin" | "archive">,
  { topic, by, partition, offset }: Extract<PanelMessage, { type: "history" }>,
): Source {
  const keyOf = keyOfRows(by);
  let row: string | undefined;
  const matches: Source["matches"] = (batch, index) => row !== undefined && keyOf(batch, index) === row;
  return {
    pick: "newest",
    matches,
    async stored(ends, signal) {
      const record = await oneRecord({ admin: hub.admin, archive: hub.archive.until(signal) }, topic, partition, offset);
      if ("missing" in record) throw KtError.usage(record.missing);
      row = rowOf(keyOf, record);
      const history = await found(hub, topic, ends(), matches, signal);
      const isThere = history.records.some((one) => one.partition === partition && one.offset === offset);
      return isThere ? history : { ...history, records: [toPanelRecord(record), ...history.records] };
    },
  };
}
