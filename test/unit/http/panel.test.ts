import { expect, test } from "bun:test";
import { matcher } from "../../../src/http/paths/search.ts";
import { shownBytes, toPanelRecord } from "../../../src/http/socket/panel-record.ts";
import { batchOfRecords } from "../batches.ts";
import { record } from "../records.ts";

test("a large text is cut between two characters, and says how large it is", () => {
  for (const before of ["", "x", "xx"]) {
    const text = before + "€".repeat(shownBytes);
    const { value, encoding, valueBytes } = toPanelRecord(record({ value: Buffer.from(text) }));
    expect(encoding.value).toBe("utf8");
    expect(text.startsWith(value ?? "no")).toBe(true);
    expect(Buffer.byteLength(value ?? "")).toBeGreaterThan(shownBytes - 3);
    expect(valueBytes).toBe(Buffer.byteLength(text));
  }
});

test("of large bytes the beginning is shown", () => {
  const bytes = Buffer.alloc(100_000, 0xff);
  const { value, encoding, valueBytes } = toPanelRecord(record({ value: bytes }));
  expect([encoding.value, valueBytes]).toEqual(["base64", 100_000]);
  expect(Buffer.from(value ?? "", "base64")).toEqual(bytes.subarray(0, 16 << 10));
});

test("a filter finds text in key and value, whatever its case", () => {
  const batch = batchOfRecords(
    record({ key: Buffer.from("door"), value: Buffer.from("Open") }),
    record({ key: Buffer.from("yard"), value: Buffer.from("open, not the DOOR") }),
    record({ value: Buffer.from("äöÜ") }),
    record({ key: Buffer.from("Door 2") }),
  );
  const found = (key: string, text: string) => [0, 1, 2, 3].filter((index) => matcher({ key, text })(batch, index));
  expect(found("", "door")).toEqual([0, 1, 3]);
  expect(found("door", "")).toEqual([0, 3]);
  expect(found("door", "OPEN")).toEqual([0]);
  expect(found("", "Öü")).toEqual([2]);
});
