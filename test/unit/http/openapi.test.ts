import { expect, test } from "bun:test";
import { describePaths } from "../../../src/http/paths/openapi.ts";
import { endpoints } from "../../../src/http/routes.ts";

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: { type: string };
}
type Operation = { summary: string; parameters: Parameter[]; responses: Record<string, { description: string; content?: object }> };

const description = JSON.parse(JSON.stringify(describePaths(endpoints))) as {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
};

test("every path that answers is described, each with what OpenAPI 3.1 requires", () => {
  expect(description.openapi).toBe("3.1.0");
  expect(Object.keys(description.paths)).toHaveLength(Object.keys(endpoints).length);
  for (const [path, item] of Object.entries(description.paths)) {
    expect([path, Object.keys(item)]).toEqual([path, ["get"]]);
    const { summary, parameters, responses } = item.get as Operation;
    expect(summary).not.toBe("");
    expect(Object.keys(responses["200"]?.content ?? {})).not.toEqual([]);
    for (const { description } of Object.values(responses)) expect(description).not.toBe("");
    // A name in the path is a required parameter, and no parameter is there twice.
    const inPath = parameters.filter((one) => one.in === "path");
    expect([path, inPath.map(({ name }) => name)]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)]);
    expect(inPath.every(({ required }) => required)).toBe(true);
    expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size).toBe(parameters.length);
    for (const { schema, in: where, description: effect } of parameters) {
      expect(["string", "number", "integer"]).toContain(schema.type);
      if (where === "query") expect(effect).not.toBe("");
    }
  }
});
