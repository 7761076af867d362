/** Where records have no key, a field tells the rows of their table apart: which one. */
import { useEffect, useState } from "preact/hooks";
import { fieldsOf } from "../../format/fields.ts";
import type { PanelRecord, TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { useChoice } from "./views.ts";

export interface RowField {
  name: string;
  path: string[];
}

export interface RowFieldChoice {
  /** undefined where the records have keys, and where no field is likely. */
  field: RowField | undefined;
  choose(name: string): void;
  fields: RowField[];
  /** Whether the records were looked at, where they have no keys. */
  known: boolean;
}

export function useRowField(connection: Connection, { name, keyed }: TopicSummary, visible: boolean, trouble: (message: string) => void): RowFieldChoice {
  const [chosen, setChosen] = useChoice<RowField>(name, "row");
  const [found, setFound] = useState<ReturnType<typeof rowFields> | null>(null);
  const looking = !keyed && visible && found === null;
  useEffect(() => {
    if (!looking) return;
    return connection.records({ type: "tail", topic: name, filter: null }, ({ records }) => records.length > 0 && setFound(rowFields(records)), trouble);
  }, [connection, name, looking]);
  const fields = found?.fields ?? [];
  return {
    field: keyed ? undefined : (chosen ?? found?.likely),
    choose: (wanted) => setChosen(fields.find((one) => one.name === wanted) ?? { name: wanted, path: [wanted] }),
    fields,
    known: keyed || found !== null,
  };
}

const usualNames = /(^|[._-])(id|key|name|sensor|device|symbol|ticker|player|team|match|game|host|station|city|room|user)$/i;

/** The fields whose values could name a row, and the one that most likely does: few values that come again and again. Pure. */
export function rowFields(records: Pick<PanelRecord, "value">[]): { fields: RowField[]; likely: RowField | undefined } {
  const seen = new Map<string, { path: string[]; values: Set<string>; count: number; texts: boolean }>();
  for (const { value } of records) {
    const fields = value === null ? undefined : fieldsOf(value);
    for (const [name, cell] of fields?.cells ?? []) {
      const path = fields?.paths.get(name) ?? [];
      if (cell === null || path.length === 0) continue;
      const field = seen.get(name) ?? { path, values: new Set(), count: 0, texts: true };
      field.values.add(String(cell));
      field.count++;
      field.texts &&= typeof cell === "string";
      seen.set(name, field);
    }
  }
  const all = [...seen].map(([name, field]) => ({ name, ...field }));
  const repeats = all.filter(({ values, count }) => values.size <= Math.max(1, count / 2));
  const likely = repeats.find(({ name }) => usualNames.test(name)) ?? repeats.find(({ texts, values }) => texts && values.size > 1);
  const plain = ({ name, path }: RowField): RowField => ({ name, path });
  return { fields: all.map(plain), likely: likely && plain(likely) };
}
