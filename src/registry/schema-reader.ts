/** Keys and values of single records by the schemas of a registry, for a server that shows them. */
import { KtError } from "../errors.ts";
import type { Resolved } from "../options/kinds.ts";
import { type connectionOptions, kafkaConfig } from "../options/options.ts";
import type { SchemaFormat, SchemaPart } from "./registry.ts";
import { type OpenedRegistry, openRegistry } from "./schemas.ts";

type Options = Resolved<typeof connectionOptions> & { registry: string | undefined };

export interface ReadBySchema {
  format: SchemaFormat;
  id: string;
  json: string;
}

export interface SchemaReading {
  headerOf(part: SchemaPart): string;
  /** undefined where it names no schema. @throws KtError registry or bad_input */
  read(topic: string, part: SchemaPart, bytes: Uint8Array, header: Uint8Array | undefined): Promise<ReadBySchema | undefined>;
}

/** undefined where no registry is named. The client is loaded when the first record is read by it. */
export function schemaReader(options: Options): SchemaReading | undefined {
  if (options.registry === undefined && kafkaConfig(options).registry["schema.registry.url"] === undefined) return undefined;
  const opened = new Map<SchemaPart, Promise<OpenedRegistry>>();
  const open = (part: SchemaPart) => {
    const its = opened.get(part) ?? openRegistry(options, part);
    opened.set(part, its);
    return its;
  };
  return {
    // As registry.ts has them, which is not loaded yet.
    headerOf: (part) => `__${part}_schema_id`,
    async read(topic, part, bytes, header) {
      const { registry, explain } = await open(part);
      try {
        return await registry.read(topic, Buffer.from(bytes), header && Buffer.from(header));
      } catch (error) {
        throw (
          explain(error) ?? new KtError({ code: "bad_input", message: `The ${part} is not what its schema says: ${(error as Error).message}`, cause: error })
        );
      }
    },
  };
}
