import { expect, test } from "bun:test";
import { describePaths } from "../../../src/http/paths/openapi.ts";
import { endpoints, takers } from "../../../src/http/routes.ts";

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: { type: string };
}
type Operation = {
  summary: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: object };
  responses: Record<string, { description: string; content?: object }>;
};

const description = JSON.parse(JSON.stringify(describePaths(endpoints, takers))) as {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
};

test("every path that answers is described, each with what OpenAPI 3.1 requires", () => {
  expect(description.openapi).toBe("3.1.0");
  expect(Object.keys(description.paths)).toHaveLength(Object.keys(endpoints).length);
  for (const [path, item] of Object.entries(description.paths)) {
    const taken = Object.keys(takers[path.replaceAll(/\{(\w+)\}/g, ":$1")] ?? {}).map((method) => method.toLowerCase());
    expect([path, Object.keys(item)]).toEqual([path, ["get", ...taken]]);
    for (const [method, { summary, parameters, responses, requestBody }] of Object.entries(item)) {
      expect([path, method, Object.keys(requestBody?.content ?? {}).length > 0]).toEqual([path, method, method !== "get"]);
      checkOperation(path, summary, parameters, responses);
    }
  }
});

function checkOperation(path: string, summary: string, parameters: Operation["parameters"], responses: Operation["responses"]): void {
  expect(summary).not.toBe("");
  expect(Object.keys(responses["200"]?.content ?? {})).not.toEqual([]);
  for (const { description } of Object.values(responses)) expect(description).not.toBe("");
  // A name in the path is a required parameter, and no parameter is there twice.
  const inPath = parameters.filter((one) => one.in === "path");
  expect([path, inPath.map(({ name }) => name)]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)]);
  expect(inPath.every(({ required }) => required)).toBe(true);
  expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size).toBe(parameters.length);
  for (const { schema, in: where, description: effect } of parameters) {
    expect(["string", "number", "integer", "array"]).toContain(schema.type);
    if (where === "query") expect(effect).not.toBe("");
  }
}
