/** --decode, --decode-key and --encode: keys and values by the schemas of a Schema Registry. */
import { KtError } from "../errors.ts";
import { type Replacements, withParts } from "../format/decoded.ts";
import { BadInput } from "../format/input.ts";
import { parseJson } from "../format/lenient-json.ts";
import type { Resolved } from "../options/kinds.ts";
import { type connectionOptions, kafkaConfig } from "../options/options.ts";
import type { PackedRecords } from "../record.ts";
import type { Registry, SchemaFormat, SchemaPart } from "./registry.ts";

type Options = Resolved<typeof connectionOptions> & { registry: string | undefined };

export interface OpenedRegistry {
  registry: Registry;
  explain(error: unknown): KtError | undefined;
}

export async function openRegistry(options: Options, part: SchemaPart): Promise<OpenedRegistry> {
  const properties = kafkaConfig(options).registry;
  if (options.registry !== undefined) properties["schema.registry.url"] = options.registry;
  const { explainRegistry, Registry } = await import("./registry.ts");
  return { registry: new Registry(properties, part), explain: (error) => explainRegistry(error, properties["schema.registry.url"] ?? "") };
}

export type Decode = SchemaFormat | "auto";

/** What was decoded of a batch, up to the first record that could not be. */
export interface Decoded {
  records: PackedRecords;
  failure: KtError | undefined;
}

/** Puts JSON in place of the keys or values. What names no schema stays as it is where the format is found out. */
export async function decoder(options: Options, formats: Record<SchemaPart, Decode | undefined>): Promise<(batch: PackedRecords) => Promise<Decoded>> {
  const [decodeKey, decodeValue] = [await partDecoder(options, "key", formats.key), await partDecoder(options, "value", formats.value)];
  return async (batch) => {
    const keys: Replacements = [];
    const values: Replacements = [];
    try {
      // One after the other: the first of a schema fetches it, and the others find it there.
      for (let index = 0; index < batch.length; index++) {
        keys.push(await decodeKey(batch, index));
        values.push(await decodeValue(batch, index));
      }
      return { records: withParts(batch, keys, values), failure: undefined };
    } catch (error) {
      return { records: withParts(batch, keys, values), failure: KtError.from(error) };
    }
  };
}

type PartDecoder = (batch: PackedRecords, index: number) => Promise<Buffer | undefined>;

async function partDecoder(options: Options, part: SchemaPart, format: Decode | undefined): Promise<PartDecoder> {
  if (format === undefined) return async () => undefined;
  const { registry, explain } = await openRegistry(options, part);
  const { schemaHeaders } = await import("./registry.ts");
  const flag = part === "key" ? "--decode-key" : "--decode";
  return async (batch, index) => {
    const { memory } = batch;
    const [at, length] = part === "key" ? [batch.keyAt(index), batch.keyLength(index)] : [batch.valueAt(index), batch.valueLength(index)];
    if (length <= 0) return undefined;
    const place = batch.headerPlaces(index).findLast(({ nameAt, nameLength }) => memory.toString("utf8", nameAt, nameAt + nameLength) === schemaHeaders[part]);
    const header = place && memory.subarray(place.valueAt, place.valueAt + Math.max(0, place.valueLength));
    try {
      const text = await registry.decode(batch.topic(index), memory.subarray(at, at + length), header, format);
      return text === undefined ? undefined : Buffer.from(text);
    } catch (error) {
      const where = `${batch.topic(index)}, partition ${batch.partition(index)}, offset ${batch.offset(index)}`;
      const { code, message, hint } =
        explain(error) ?? new KtError({ code: "bad_input", message: `The ${part} is not what ${flag} ${format} takes: ${(error as Error).message}`, hint: "" });
      throw new KtError({
        code,
        message: `${message.replace(/\.$/, "")} (${where}).`,
        hint: `${hint} Without ${flag} the bytes are printed as they are.`.trim(),
        cause: error,
      });
    }
  };
}

/** Makes values out of JSON. @throws BadInput for what is none, or not as the schema wants it */
export async function encoder(options: Options, format: SchemaFormat, topic: string): Promise<(value: Uint8Array) => Promise<Buffer>> {
  const { registry, explain } = await openRegistry(options, "value");
  const encode = registry.encoder(format);
  return async (value) => {
    let message: unknown;
    try {
      message = parseJson(Buffer.from(value).toString());
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
