/** The paths as OpenAPI 3.1, written from the table that answers them. */
import type { Endpoint, Endpoints } from "../endpoint.ts";

const said = { description: "One sentence that says what is wrong, and what to do", content: { "text/plain": { schema: { type: "string" } } } };

export function describePaths(endpoints: Endpoints): object {
  const paths = Object.entries(endpoints).map(([path, endpoint]) => [path.replaceAll(/:(\w+)/g, "{$1}"), { get: operation(path, endpoint) }]);
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
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const inQuery = Object.entries(query).map(([name, { summary: description, schema }]) => ({ name, in: "query", required: false, description, schema }));
  const content = Object.fromEntries(produces.map((type) => [type.split(";")[0], {}]));
  return {
    summary,
    ...(open ? { security: [] } : {}),
    parameters: [...inPath, ...inQuery],
    responses: { "200": { description: summary, content }, "400": said, "401": said, "403": said, "404": said, "429": said, "503": said },
  };
}
