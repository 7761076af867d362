/** --decode and --encode: values by the schemas of a Schema Registry. */
import { KtError } from "../errors.ts";
import { withValues } from "../format/decoded.ts";
import { BadInput } from "../format/input.ts";
import type { Resolved } from "../option-kinds.ts";
import { type connectionOptions, kafkaConfig } from "../options.ts";
import type { PackedRecords } from "../record.ts";
import type { Registry, SchemaFormat } from "../registry/registry.ts";

type Options = Resolved<typeof connectionOptions> & { registry: string | undefined };

async function openRegistry(options: Options): Promise<{ registry: Registry; explain: (error: unknown) => KtError | undefined }> {
  const properties = kafkaConfig(options).registry;
  if (options.registry !== undefined) properties["schema.registry.url"] = options.registry;
  const { explainRegistry, Registry } = await import("../registry/registry.ts");
  return { registry: new Registry(properties), explain: (error) => explainRegistry(error, properties["schema.registry.url"] ?? "") };
}

/** Puts JSON in place of the values. What names no schema stays as it is where the format is found out. */
export async function decoder(options: Options, format: SchemaFormat | "auto"): Promise<(batch: PackedRecords) => Promise<PackedRecords>> {
  const { registry, explain } = await openRegistry(options);
  const { schemaHeader } = await import("../registry/registry.ts");

  async function decoded(batch: PackedRecords, index: number): Promise<Buffer | undefined> {
    const { memory } = batch;
    if (batch.valueLength(index) <= 0) return undefined;
    const bytes = memory.subarray(batch.valueAt(index), batch.valueAt(index) + batch.valueLength(index));
    const place = batch.headerPlaces(index).findLast(({ nameAt, nameLength }) => memory.toString("utf8", nameAt, nameAt + nameLength) === schemaHeader);
    const header = place && memory.subarray(place.valueAt, place.valueAt + Math.max(0, place.valueLength));
    try {
      const text = await registry.decode(batch.topic(index), bytes, header, format);
      return text === undefined ? undefined : Buffer.from(text);
    } catch (error) {
      const where = `${batch.topic(index)}, partition ${batch.partition(index)}, offset ${batch.offset(index)}`;
      const { code, message, hint } =
        explain(error) ?? new KtError({ code: "bad_input", message: `The value is not what --decode ${format} takes: ${(error as Error).message}`, hint: "" });
      throw new KtError({
        code,
        message: `${message.replace(/\.$/, "")} (${where}).`,
        hint: `${hint} Without --decode the bytes are printed as they are.`.trim(),
        cause: error,
      });
    }
  }

  return async (batch) => {
    const values: (Buffer | undefined)[] = [];
    // One after the other: the first of a schema fetches it, and the others find it there.
    for (let index = 0; index < batch.length; index++) values.push(await decoded(batch, index));
    return withValues(batch, values);
  };
}

/** Makes values out of JSON. @throws BadInput for what is none, or not as the schema wants it */
export async function encoder(options: Options, format: SchemaFormat, topic: string): Promise<(value: Uint8Array) => Promise<Buffer>> {
  const { registry, explain } = await openRegistry(options);
  const encode = registry.encoder(format);
  return async (value) => {
    let message: unknown;
    try {
      message = JSON.parse(Buffer.from(value).toString());
    } catch {
      throw new BadInput("is no JSON, which --encode takes");
    }
    try {
      return await encode(topic, message);
    } catch (error) {
      throw explain(error) ?? new BadInput(`is not what the schema wants: ${(error as Error).message.replace(", got undefined", " and there is none")}`);
    }
  };
}
