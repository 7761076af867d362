/** A Schema Registry: what its REST API answers about the schemas that a test gives it. */

interface Schema {
  schemaType: "AVRO" | "JSON" | "PROTOBUF";
  /** What it answers; of protobuf the serialized descriptor in base64. */
  schema: string;
}

export interface SchemaRegistry {
  url: string;
  /** Schemas by id. */
  schemas: Map<number, Schema>;
  /** The id of a subject's newest. */
  subjects: Map<string, number>;
  /** Where it is set, every request must bring it: user:password. */
  login: string | undefined;
  stop(): void;
}

const unknown = (code: number, message: string) => Response.json({ error_code: code, message }, { status: 404 });

export function startSchemaRegistry(): SchemaRegistry {
  const registry: SchemaRegistry = { url: "", schemas: new Map(), subjects: new Map(), login: undefined, stop: () => void server.stop(true) };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      if (registry.login && request.headers.get("authorization") !== `Basic ${btoa(registry.login)}`)
        return Response.json({ error_code: 401, message: "Unauthorized" }, { status: 401 });
      const { pathname } = new URL(request.url);
      const [, byId] = /^\/schemas\/ids\/(\d+)$/.exec(pathname) ?? [];
      const schema = registry.schemas.get(Number(byId));
      if (byId) return schema ? Response.json(schema) : unknown(40403, "Schema not found");
      const [, subject] = /^\/subjects\/([^/]+)\/versions\/latest$/.exec(pathname) ?? [];
      const id = registry.subjects.get(subject ?? "");
      if (id === undefined) return unknown(40401, `Subject '${subject}' not found.`);
      return Response.json({ subject, id, version: 1, ...registry.schemas.get(id) });
    },
  });
  registry.url = `http://127.0.0.1:${server.port}`;
  return registry;
}
