import { expect, test } from "bun:test";
import { toPanelRecord } from "../../../src/http/socket/panel-record.ts";
import { TableModel } from "../../../src/page/data/table-model.ts";
import { record } from "../records.ts";

let offset = 0;
const row = (key: string, value: object | null) =>
  toPanelRecord(record({ key: Buffer.from(key), value: value && Buffer.from(JSON.stringify(value)), offset: offset++ }));
const keys = (model: TableModel, sort: Parameters<TableModel["sorted"]>[0] = null) => model.sorted(sort).map(({ key }) => key);

test("each key has one row, its latest; a tombstone removes it", () => {
  const model = new TableModel(null);
  model.take([row("b", { goals: 1 }), row("a", { goals: 2 }), row("b", { goals: 3 })], 0);
  expect(model.sorted(null).map(({ key, cells }) => [key, cells.get("goals")])).toEqual([
    ["a", 2],
    ["b", 3],
  ]);
  model.take([row("a", null)], 0);
  expect(keys(model)).toEqual(["b"]);
});

test("columns stay where they are, whatever comes", () => {
  const model = new TableModel(null);
  model.take([row("a", { home: 1, away: 2 }), row("b", { minute: 9, away: 1, home: 4 })], 0);
  expect(model.columns).toEqual(["home", "away", "minute"]);
});

test("only a cell that became another has changed, and a new row has not", () => {
  const model = new TableModel(null);
  model.take([row("a", { home: 1, away: 2 })], 5);
  model.take([row("a", { home: 1, away: 3 })], 70);
  expect([...(model.rows.values().next().value?.changedAtMs ?? [])]).toEqual([["away", 70]]);
});

test("it sorts by a column both ways, and what has no value is last both ways", () => {
  const model = new TableModel(null);
  model.take([row("a", { n: 9 }), row("b", { n: 10 }), row("c", {}), row("d", { n: 9 })], 0);
  expect(keys(model, { column: { field: "n" }, descending: false })).toEqual(["a", "d", "b", "c"]);
  expect(keys(model, { column: { field: "n" }, descending: true })).toEqual(["b", "a", "d", "c"]);
});

test("after a reconnect, rows that went meanwhile are gone", () => {
  const model = new TableModel(null);
  model.take([row("a", { n: 1 }), row("b", { n: 1 })], 0);
  model.begin([row("b", { n: 1 })], 0);
  expect(keys(model)).toEqual(["b"]);
});

test("records without key are rows by a field", () => {
  const model = new TableModel("host.name");
  const of = (name: string, cpu: number) => toPanelRecord(record({ value: Buffer.from(JSON.stringify({ host: { name }, cpu })) }));
  model.take([of("web-2", 1), of("web-10", 2), of("web-2", 3), toPanelRecord(record({ value: Buffer.from("{}") }))], 0);
  expect(model.sorted(null).map(({ key, cells }) => [key, Object.fromEntries(cells)])).toEqual([
    ["web-2", { cpu: 3 }],
    ["web-10", { cpu: 2 }],
  ]);
});
