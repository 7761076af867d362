import { describe, expect, test } from "bun:test";
import { csvRow } from "../../../src/format/csv.ts";
import { CsvRecords } from "../../../src/format/csv-records.ts";
import type { KafkaRecord } from "../../../src/record.ts";

test("a cell is quoted where it has what ends cells and rows (RFC 4180), and nothing is not the empty text", () => {
  expect(csvRow(["a", 'say "hi"', "b,c", "two\nlines", "", null, 1.5, -3, true])).toBe('a,"say ""hi""","b,c","two\nlines","",,1.5,-3,true\r\n');
});

test("a long text is quoted as a short one is", () => {
  for (const part of ['"', '\ufeffä"', "a,💥\n"]) {
    const long = part.repeat(100_000);
    expect(csvRow([long]) === `"${long.replaceAll('"', '""')}"\r\n`).toBe(true);
  }
});

describe("no cell is a formula", () => {
  for (const text of ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x")', "＝1+1", "-"])
    test(JSON.stringify(text), () => {
      const cell = csvRow([text]).trimEnd().replace(/^"/, "");
      expect(cell.startsWith("'")).toBe(true);
    });
  test("and numbers stay numbers", () => {
    expect(csvRow(["-5", "+3", "-1.5e-3", "-.5", "1,5"])).toBe('-5,+3,-1.5e-3,-.5,"1,5"\r\n');
  });
});

function record(offset: number, value: string | Buffer | null, more: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    topic: "t",
    partition: 0,
    offset,
    timestampMs: 1_700_000_000_000 + offset,
    key: Buffer.from("k"),
    value: value === null ? null : Buffer.from(value),
    headers: [],
    ...more,
  };
}

function csvOf(...records: KafkaRecord[]): string[] {
  const csv = new CsvRecords();
  return (records.map((one) => csv.add(one)).join("") + csv.end()).split("\r\n").slice(0, -1);
}

test("fields are columns, in the order in which they come; what has none of them stands whole in value", () => {
  const rows = csvOf(
    record(0, '{"id": 9007199254740993, "score": {"home": 2, "deep": {"x": [1]}}, "who": "=cmd"}'),
    record(1, '{"id": 2, "extra": null, "who": ""}'),
    record(2, "plain"),
    record(3, null, { key: null, timestampMs: -1 }),
    record(4, Buffer.from([0xff, 0]), { key: Buffer.from([0xfe]), headers: [{ name: "h", value: Buffer.from("v") }] }),
    record(5, "17"),
  );
  expect(rows).toEqual([
    "partition,offset,timestamp,key,id,score.home,score.deep,who,extra,headers,value,encoding",
    '0,0,2023-11-14T22:13:20.000Z,k,9007199254740993,2,"{""x"":[1]}",\'=cmd,,,,',
    '0,1,2023-11-14T22:13:20.001Z,k,2,,,"",,,,',
    "0,2,2023-11-14T22:13:20.002Z,k,,,,,,,plain,",
    "0,3,,,,,,,,,,",
    '0,4,2023-11-14T22:13:20.004Z,/g==,,,,,,"[[""h"",""v""]]",/wA=,key=base64 value=base64',
    "0,5,2023-11-14T22:13:20.005Z,k,,,,,,,17,",
  ]);
});

test("a field that comes after the columns are decided is not lost", () => {
  const rows = csvOf(...Array.from({ length: 1000 }, (_, i) => record(i, '{"a": 1}')), record(1000, '{"a": 2, "late": 3}'));
  expect(rows[0]).toBe("partition,offset,timestamp,key,a,headers,value,encoding");
  expect(rows.at(-1)).toBe('0,1000,2023-11-14T22:13:21.000Z,k,2,,"{""a"": 2, ""late"": 3}",');
});

test("a field that is called as a column of kt's own has another name", () => {
  expect(csvOf(record(0, '{"offset": 7, "key": "x"}'))).toEqual([
    "partition,offset,timestamp,key,value.offset,value.key,headers,value,encoding",
    "0,0,2023-11-14T22:13:20.000Z,k,7,x,,,",
  ]);
});

test("of no record there are the names of the columns", () => {
  expect(csvOf()).toEqual(["partition,offset,timestamp,key,headers,value,encoding"]);
});
