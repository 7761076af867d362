import { expect, test } from "bun:test";
import { attachment } from "../../../src/http/answers.ts";

test("a download's name is harmless, and short enough for every disk, with its end as it was", () => {
  expect(attachment('../a"b/Tür@1-2026.mp4')).toBe('attachment; filename="a-b-T-r@1-2026.mp4"');
  const time = "-2026-01-31T120000.000Z.mp4";
  const names = ["x", "y"].map((last) => attachment(`${"a".repeat(300)}${last}${"b".repeat(60)}${time}`).slice('attachment; filename="'.length, -1));
  for (const name of names) {
    expect(name.length).toBeLessThanOrEqual(255);
    expect(name.endsWith(time)).toBe(true);
  }
  expect(names[0]).not.toBe(names[1]);
});
