import { expect, test } from "bun:test";
import { KtError } from "../../src/errors.ts";
import { parseProperties } from "../../src/options/properties-file.ts";

const parse = (text: string) => Object.fromEntries(parseProperties(text, "kt.conf"));

test("lines are name=value, with space around both, comments, and = in values; the last of a name counts", () => {
  const text = "# kcat's\r\n\r\n  bootstrap.servers = a:9092,b:9092 \r\n#x=y\nsasl.password=p=#[1] ;\nempty=\nsasl.password=q=#2\n";
  expect(parse(text)).toEqual({ "": { "bootstrap.servers": "a:9092,b:9092", "sasl.password": "q=#2", empty: "" } });
});

test("a topic's property in kcat's spelling is the client's", () => {
  expect(parse("topic.auto.offset.reset=latest")).toEqual({ "": { "auto.offset.reset": "latest" } });
});

test("profiles begin by their names, and may be continued", () => {
  expect(parse("a=1\n[one]\nb=2\n[ two ]\nb=3\n[one]\nc=4")).toEqual({ "": { a: "1" }, one: { b: "2", c: "4" }, two: { b: "3" } });
});

test("a line that is none of these is named by its number, and not repeated", () => {
  const parsing = () => parse("a=1\n\nsasl.password hunter2");
  expect(parsing).toThrow(KtError);
  expect(parsing).toThrow("Line 3 of kt.conf");
  expect(parsing).not.toThrow("hunter2");
});
