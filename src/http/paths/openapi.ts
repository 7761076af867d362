/** The paths as OpenAPI 3.1, written from the table that answers them. */
import type { Endpoint, Endpoints } from "../endpoint.ts";
import type { Parameters } from "../query.ts";
import type { Taker, Takers } from "../take/taker.ts";

const said = { description: "One sentence that says what is wrong, and what to do", content: { "text/plain": { schema: { type: "string" } } } };

export function describePaths(endpoints: Endpoints, takers: Takers): object {
  const paths = Object.entries(endpoints).map(([path, endpoint]) => {
    const taken = Object.entries(takers[path] ?? {}).map(([method, taker]) => [method.toLowerCase(), taking(path, taker)]);
    return [path.replaceAll(/:(\w+)/g, "{$1}"), { get: operation(path, endpoint), ...Object.fromEntries(taken) }];
  });
  return {
    openapi: "3.1.0",
    info: { title: "kt", summary: "Live video and live data on Kafka", version: "1" },
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        password: { type: "http", scheme: "basic", description: "The token as the password, with any name" },
        query: { type: "apiKey", in: "query", name: "token" },
      },
    },
    // The empty one: kt serve asks for a token only where it was started with one.
    security: [{}, { bearer: [] }, { password: [] }, { query: [] }],
    paths: Object.fromEntries(paths),
  };
}

function operation(path: string, { summary, query, produces, open }: Endpoint): object {
  const content = Object.fromEntries(produces.map((type) => [type.split(";")[0], {}]));
  return {
    summary,
    ...(open ? { security: [] } : {}),
    parameters: parameters(path, query),
    responses: { "200": { description: summary, content }, "400": said, "401": said, "403": said, "404": said, "429": said, "503": said },
  };
}

/** Where nothing is taken the answer is 405. */
function taking(path: string, { summary, query, takes }: Taker): object {
  const refusals = ["400", "401", "403", "404", "405", "408", "409", "413", "415", "422", "429", "503"];
  return {
    summary,
    security: [{ bearer: [] }, { password: [] }, { query: [] }],
    parameters: parameters(path, query),
    requestBody: { required: true, content: Object.fromEntries(takes.map((type) => [type, {}])) },
    responses: { "200": { description: summary, content: { "application/json": {} } }, ...Object.fromEntries(refusals.map((status) => [status, said])) },
  };
}

function parameters(path: string, query: Parameters): object[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const inQuery = Object.entries(query).map(([name, { summary: description, schema, repeated }]) => ({
    ...{ name, in: "query", required: false, description },
    schema: repeated ? { type: "array", items: schema } : schema,
  }));
  return [...inPath, ...inQuery];
}
