/** /openapi.json of a running kt: what it is, and whether documents and server know the same paths. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { root, type Served, serve } from "../support/kt.ts";

setDefaultTimeout(120_000);

interface Described {
  openapi: string;
  paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; summary: string }>>;
}

let kt: Served;
let described: Described;
beforeAll(async () => {
  kt = await serve();
  described = (await (await fetch(`${kt.url}/openapi.json`)).json()) as Described;
});
afterAll(() => kt?.[Symbol.asyncDispose]());

const faults = async (document: object) => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  return valid ? [] : [errors].flat();
};

test("is OpenAPI 3.1, by its own schema, and with a response missing it is not", async () => {
  expect(await faults(described)).toEqual([]);
  const wrong = structuredClone(described) as unknown as { paths: Record<string, { get: { responses: object } }> };
  (wrong.paths["/topics"] as { get: { responses: object } }).get.responses = { "200": {} };
  expect(await faults(wrong)).not.toEqual([]);
});

test("every name in a path is a parameter, once, and no two parameters have a name", () => {
  for (const [path, methods] of Object.entries(described.paths))
    for (const [method, { parameters, summary }] of Object.entries(methods)) {
      const named = parameters.map(({ name, in: where }) => `${where}:${name}`);
      expect({ path, method, named: new Set(named).size }).toEqual({ path, method, named: named.length });
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path:${name}`);
      expect({ path, names: named.filter((name) => name.startsWith("path:")) }).toEqual({ path, names: inPath });
      expect(summary).not.toBe("");
    }
});

test("docs/serve.md and docs/taking.md have every path", async () => {
  const text = `${await Bun.file(`${root}docs/serve.md`).text()}${await Bun.file(`${root}docs/taking.md`).text()}`;
  // As they are written there: T for a topic, G for a group, other names in capitals.
  const written = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (/topic|group/.test(name) ? (name[0] as string) : name).toUpperCase());
  expect(Object.keys(described.paths).length).toBeGreaterThan(15);
  expect(
    Object.keys(described.paths)
      .map(written)
      .filter((path) => !text.includes(path)),
  ).toEqual([]);
});
