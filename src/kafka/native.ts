/**
 * The one door to the Confluent package and its addon. Beyond it kt sees the plain interfaces of
 * producer.ts, reader.ts, groups.ts and admin.ts, and no callback.
 */
import "./native/compat.ts";
import { type KafkaConfig, splitProperties } from "./config.ts";
import { explainConnection, explainCode } from "./explain.ts";

export type Properties = Record<string, string | number | boolean>;

/** One partition and where in it; negative offsets are librdkafka's logical ones. */
export interface PartitionOffset {
  topic: string;
  partition: number;
  offset: number;
}

type Callback<T> = (error: NativeError | null | undefined, result: T) => void;

/** What the addon passes to callbacks: a librdkafka code and its sentence. */
export interface NativeError {
  code?: number;
  message: string;
}

declare const handleBrand: unique symbol;
/** The package's C++ object; only the extension looks inside. */
export interface NativeHandle {
  [handleBrand]: true;
}

export interface Metadata {
  brokers: { id: number; host: string; port: number }[];
  topics: { name: string; partitions: { id: number; leader: number; replicas: number[]; isrs: number[] }[] }[];
}

export interface PackageClient {
  _client: NativeHandle;
  on(event: string, listener: (detail: { message: string; severity?: number; fac?: string; code?: number }) => void): this;
  connect(options: { timeout: number }, callback: Callback<Metadata>): void;
  getMetadata(options: { timeout: number }, callback: Callback<Metadata>): void;
}

export interface ProducerClient extends PackageClient {
  poll(): void;
  /** The base class's disconnect, which does not flush first. */
  _disconnect(callback: () => void): void;
}

export interface ConsumerClient extends PackageClient {
  assign(partitions: PartitionOffset[]): void;
  incrementalAssign(partitions: PartitionOffset[]): void;
  incrementalUnassign(partitions: { topic: string; partition: number }[]): void;
  assignments(): { topic: string; partition: number }[];
  subscribe(topics: string[]): void;
  commitSync(partitions: PartitionOffset[]): void;
  disconnect(callback: () => void): void;
}

export interface AdminNativeClient extends Omit<PackageClient, "connect"> {
  disconnect(): void;
  createTopic(topic: { topic: string; num_partitions: number; replication_factor: number; config: Record<string, string> }, timeoutMs: number, callback: Callback<void>): void;
  listOffsets(partitions: { topic: string; partition: number; offset: { timestamp: number } }[], options: { timeout: number }, callback: Callback<ListedOffset[]>): void;
  listConsumerGroupOffsets(
    groups: { groupId: string; partitions: { topic: string; partition: number }[] }[],
    options: { timeout: number },
    callback: Callback<{ partitions: (PartitionOffset & { error?: NativeError })[]; error?: NativeError }[]>,
  ): void;
}

export interface ListedOffset extends PartitionOffset {
  timestamp: number;
  error?: NativeError;
}

/** kt's own functions in the addon: native/packed_reader.cc, packed_producer.cc, admin_requests.cc. */
interface Extension {
  librdkafkaVersion: string;
  ktReaderOpen(client: NativeHandle, onBatch: () => void, maxRecords: number, maxBytes: number): number;
  ktReaderTake(reader: number): Buffer;
  ktReaderTopics(reader: number): string[];
  ktReaderClose(reader: number): void;
  ktProducerOpen(client: NativeHandle, onDeliveries: () => void): number;
  ktProducerTopic(producer: number, client: NativeHandle, name: string): number;
  ktProducerProduce(producer: number, records: Buffer, from: number, to: number): number;
  ktProducerDeliveries(producer: number): Buffer;
  ktProducerRelease(producer: number): void;
  ktProducerClose(producer: number): void;
  ktDescribeConfigs(client: NativeHandle, resourceType: number, name: string, timeoutMs: number, callback: (error: Error | null, texts: string[]) => void): void;
  ktAlterGroupOffsets(client: NativeHandle, group: string, places: (string | number)[], timeoutMs: number, callback: (error: Error | null, texts: string[]) => void): void;
}

// The addon looks the functions of compat.ts up when it loads. Bun evaluates an imported CommonJS
// module before its importer's other imports, so the package is required here, in order.
export const extension: Extension = require("@confluentinc/kafka-javascript/librdkafka.js");

interface Package {
  Producer: new (config: Properties, topicConfig: Properties) => ProducerClient;
  KafkaConsumer: new (config: Properties, topicConfig: Properties) => ConsumerClient;
  AdminClient: { create(config: Properties, handlers: Record<string, (detail: { message: string }) => void>): AdminNativeClient };
}
const clients: Package = require("@confluentinc/kafka-javascript/lib/rdkafka.js");

/** How long a broker may take to answer a new client. */
export const connectTimeoutMs = 5000;

/** Turns a callback of the package into a promise that rejects with a KtError. */
export function promise<T>(call: (callback: Callback<T>) => void, doing: string): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(explainCode(error.code ?? -1, error.message, doing)) : resolve(result)));
  });
}

/** What a client said in its log since it was made: the reason behind a failure is only there. */
export class ClientLog {
  readonly lines: string[] = [];
  readonly #debug: boolean;

  constructor(config: KafkaConfig) {
    this.#debug = config.debug;
  }
  add(line: string): void {
    if (this.lines.length >= 50) this.lines.shift();
    this.lines.push(line);
    if (this.#debug) process.stderr.write(`${line}\n`);
  }
}

function watch(client: Pick<PackageClient, "on">, log: ClientLog): void {
  client.on("event.log", (event) => log.add(`${event.fac ?? "LOG"} ${event.message}`));
  client.on("event.error", (event) => log.add(`ERROR ${event.message}`));
}

function connect(client: PackageClient, config: KafkaConfig, log: ClientLog): Promise<void> {
  return new Promise((resolve, reject) => {
    client.connect({ timeout: connectTimeoutMs }, (error) => (error ? reject(explainConnection(config.brokers, error.message, log.lines)) : resolve()));
  });
}

/** A producer that is set up but not connected: deliveries must be tracked from before that. */
export function createProducer(config: KafkaConfig, defaults: Properties): { client: ProducerClient; log: ClientLog; connect(): Promise<void> } {
  const { global, topic } = splitProperties(config, defaults);
  const log = new ClientLog(config);
  const client = construct(() => new clients.Producer(global, topic));
  watch(client, log);
  return { client, log, connect: () => connect(client, config, log) };
}

export async function connectConsumer(config: KafkaConfig, defaults: Properties): Promise<{ client: ConsumerClient; log: ClientLog }> {
  const { global, topic } = splitProperties(config, defaults);
  const log = new ClientLog(config);
  const client = construct(() => new clients.KafkaConsumer(global, topic));
  watch(client, log);
  await connect(client, config, log);
  return { client, log };
}

/** An admin client connects by itself, whenever a request needs it. */
export function createAdmin(config: KafkaConfig): { client: AdminNativeClient; log: ClientLog } {
  const { global } = splitProperties(config, {});
  const log = new ClientLog(config);
  const client = construct(() =>
    clients.AdminClient.create(global, {
      "event.log": (event) => log.add(`LOG ${event.message}`),
      "event.error": (event) => log.add(`ERROR ${event.message}`),
    }),
  );
  return { client, log };
}

/** librdkafka checks the properties when a client is made, and says what it does not like. */
function construct<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw explainCode(-186, error instanceof Error ? error.message : String(error), "configuring the client");
  }
}
