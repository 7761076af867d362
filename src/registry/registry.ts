/**
 * The one door to Confluent's Schema Registry client, loaded only where --decode or --encode asks for it.
 * Its parts are imported by their files: the package's index brings the key services of three clouds along.
 */
import { createMutableRegistry, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { SchemaRegistryClient } from "@confluentinc/schemaregistry/dist/schemaregistry-client";
import { AvroDeserializer, AvroSerializer } from "@confluentinc/schemaregistry/dist/serde/avro";
import { JsonDeserializer, JsonSerializer } from "@confluentinc/schemaregistry/dist/serde/json";
import { ProtobufDeserializer, ProtobufSerializer } from "@confluentinc/schemaregistry/dist/serde/protobuf";
import { SchemaId, SerdeType, SubjectNameStrategyType } from "@confluentinc/schemaregistry/dist/serde/serde";
import { showAddress } from "../address.ts";
import { KtError } from "../errors.ts";

export type SchemaFormat = "avro" | "json" | "protobuf";

/** What of a record a schema is of. */
export type SchemaPart = "key" | "value";

/** The headers that may have the schema's id in place of the first bytes. */
export const schemaHeaders: Record<SchemaPart, string> = { key: "__key_schema_id", value: "__value_schema_id" };

const serdeTypes: Record<SchemaPart, SerdeType> = { key: SerdeType.KEY, value: SerdeType.VALUE };
const common = { subjectNameStrategyType: SubjectNameStrategyType.TOPIC };
const timeoutMs = 5000;

export class Registry {
  readonly #client: SchemaRegistryClient;
  readonly #part: SchemaPart;
  readonly #avro: AvroDeserializer;
  readonly #json: JsonDeserializer;
  readonly #protobuf: ProtobufDeserializer;

  /** @param properties schema.registry.url, and basic.auth.user.info where it wants a login */
  constructor(properties: Record<string, string>, part: SchemaPart) {
    const urls = properties["schema.registry.url"];
    if (!urls) throw KtError.usage("Which Schema Registry?", "Name it by --registry, KT_REGISTRY or schema.registry.url in the properties file.");
    const userInfo = properties["schema.registry.basic.auth.user.info"] ?? properties["basic.auth.user.info"];
    this.#client = new SchemaRegistryClient({
      baseURLs: urls.split(",").map((url) => url.trim().replace(/\/$/, "")),
      createAxiosDefaults: { timeout: timeoutMs },
      basicAuthCredentials: userInfo === undefined ? undefined : { credentialsSource: "USER_INFO", userInfo },
      maxRetries: 1,
    });
    this.#part = part;
    const type = serdeTypes[part];
    this.#avro = new AvroDeserializer(this.#client, type, common);
    this.#json = new JsonDeserializer(this.#client, type, common);
    this.#protobuf = new ProtobufDeserializer(this.#client, type, common);
  }

  /**
   * A key or value as JSON; undefined where the format is to be found out and it names no schema.
   * @param header the record's header of the schema's id
   * @throws the client's error; see explain
   */
  async decode(topic: string, bytes: Buffer, header: Buffer | undefined, format: SchemaFormat | "auto"): Promise<string | undefined> {
    const headers = header && { [schemaHeaders[this.#part]]: header };
    if (format === "auto" && !header && !(bytes.length > 5 && bytes[0] === 0)) return undefined;
    switch (format === "auto" ? await this.#formatOf(topic, bytes, headers) : format) {
      case "avro":
        return jsonText(await this.#avro.deserialize(topic, bytes, headers));
      case "json":
        return jsonText(await this.#json.deserialize(topic, bytes, headers));
      case "protobuf": {
        const message = await this.#protobuf.deserialize(topic, bytes, headers);
        // The description that made the message is only there: a message knows its name alone.
        const { fileRegistry } = this.#protobuf;
        const description = fileRegistry.getMessage(message.$typeName);
        if (!description) throw new Error(`the schema has no message ${message.$typeName}`);
        return JSON.stringify(toJson(description, message, { registry: fileRegistry, alwaysEmitImplicit: true }));
      }
    }
  }

  /** A key or value by the schema that it names; undefined where it names none. @throws the client's error; see explain */
  async read(topic: string, bytes: Buffer, header: Buffer | undefined): Promise<{ format: SchemaFormat; id: string; json: string } | undefined> {
    if (!header && !(bytes.length > 5 && bytes[0] === 0)) return undefined;
    const schema = new SchemaId("AVRO");
    const [info] = await this.#avro.getWriterSchema(topic, bytes, schema, header && { [schemaHeaders[this.#part]]: header });
    const format = (info.schemaType ?? "AVRO").toLowerCase() as SchemaFormat;
    const json = await this.decode(topic, bytes, header, format);
    return json === undefined ? undefined : { format, id: String(schema.id ?? schema.guid ?? ""), json };
  }

  async #formatOf(topic: string, bytes: Buffer, headers: Record<string, Buffer> | undefined): Promise<SchemaFormat> {
    const [info] = await this.#avro.getWriterSchema(topic, bytes, new SchemaId("AVRO"), headers);
    return (info.schemaType ?? "AVRO").toLowerCase() as SchemaFormat;
  }

  /** Makes keys or values by the newest schema that the topic has for them. */
  encoder(format: SchemaFormat): (topic: string, message: unknown) => Promise<Buffer> {
    const config = { ...common, useLatestVersion: true, autoRegisterSchemas: false };
    if (format === "protobuf") return this.#protobufEncoder(config);
    const type = serdeTypes[this.#part];
    const serializer =
      format === "avro" ? new AvroSerializer(this.#client, type, config) : new JsonSerializer(this.#client, type, { ...config, validate: true });
    return (topic, message) => serializer.serialize(topic, message);
  }

  /** Of a schema with several messages the first. */
  #protobufEncoder(config: typeof common & { useLatestVersion: boolean; autoRegisterSchemas: boolean }): (topic: string, message: unknown) => Promise<Buffer> {
    const messages = createMutableRegistry();
    const serializer = new ProtobufSerializer(this.#client, serdeTypes[this.#part], { ...config, registry: messages });
    return async (topic, json) => {
      const schema = await this.#client.getLatestSchemaMetadata(`${topic}-${this.#part}`, "serialized");
      const description = (await serializer.toFileDesc(this.#client, schema)).messages[0];
      if (!description) throw new Error("it has no message");
      messages.add(description);
      return serializer.serialize(topic, fromJson(description, json as JsonValue, { registry: serializer.fileRegistry }));
    };
  }
}

/** Bytes as Avro's own JSON has them, a character each; numbers beyond 2^53 as texts. */
function jsonText(message: unknown): string {
  return JSON.stringify(message, (_, at) => {
    if (typeof at === "bigint") return at.toString();
    const { type, data } = (at ?? {}) as { type?: unknown; data?: unknown };
    return type === "Buffer" && Array.isArray(data) ? Buffer.from(data).toString("latin1") : at;
  });
}

/** Why the registry did not help; undefined where it is the value's own fault. */
export function explainRegistry(error: unknown, url: string): KtError | undefined {
  const { status, code, message } = error as { status?: number; code?: string; message: string };
  const shown = url.split(",").map(showAddress).join(",");
  const fail = (what: string, hint: string) => new KtError({ code: "registry", message: `The Schema Registry at ${shown} ${what}.`, hint, cause: error });
  if (status === 404) return fail("knows no such schema", "Is it the registry of this topic?");
  if (status === 401 || status === 403) return fail("refused the credentials", "Check basic.auth.user.info.");
  if (status !== undefined && status >= 400) return fail(`answers with HTTP ${status}`, "Try again later.");
  if (code !== undefined || /ECONN|ENOTFOUND|timeout|network|connect/i.test(message))
    return fail(`cannot be reached (${code ?? message})`, "Check --registry, or schema.registry.url.");
  return undefined;
}
