/**
 * The one door to the Confluent package and its addon. Beyond it kt sees the plain interfaces of
 * producer.ts, reader.ts, groups.ts and admin.ts, and no callback.
 */
import "./native/compat.ts";
import { clientProperties, type KafkaConfig, type Properties } from "./config.ts";
import { codes, explainCode, explainConnection } from "./explain.ts";

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

/** A line of the client's log, or an error that it told of by itself. */
interface ClientEvent {
  message: string;
  fac?: string;
  code?: number;
}

export interface PackageClient {
  _client: NativeHandle;
  /** The functions that connect() hands to the C++ object. */
  _cb_configs: { event: { event_cb?: (type: string, event: ClientEvent) => void } };
  connect(options: { timeout: number; topic?: string }, callback: Callback<Metadata>): void;
  getMetadata(options: { timeout: number; topic?: string }, callback: Callback<Metadata>): void;
}

export interface ProducerClient extends PackageClient {
  poll(): void;
  initTransactions(timeoutMs: number, callback: Callback<void>): void;
  beginTransaction(callback: Callback<void>): void;
  commitTransaction(timeoutMs: number, callback: Callback<void>): void;
  abortTransaction(timeoutMs: number, callback: Callback<void>): void;
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

export interface AdminNativeClient extends Pick<PackageClient, "_client" | "getMetadata"> {
  disconnect(): void;
  createTopic(
    topic: { topic: string; num_partitions: number; replication_factor: number; config: Record<string, string> },
    timeoutMs: number,
    callback: Callback<void>,
  ): void;
  listOffsets(
    partitions: { topic: string; partition: number; offset: { timestamp: number } }[],
    options: { timeout: number },
    callback: Callback<ListedOffset[]>,
  ): void;
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
  ktProducerOpen(client: NativeHandle, onDeliveries: () => void, timed: boolean): number;
  ktProducerTopic(producer: number, client: NativeHandle, name: string): number;
  ktProducerProduce(producer: number, records: Buffer, from: number, to: number): number;
  ktProducerLines(producer: number, topic: number, partition: number, lines: Buffer, from: number, to: number, delimiter: number): number;
  ktProducerSequence(producer: number): number;
  ktProducerDeliveries(producer: number): Buffer;
  ktProducerRelease(producer: number): void;
  ktProducerClose(producer: number): void;
  ktDescribeConfigs(
    client: NativeHandle,
    resourceType: number,
    name: string,
    timeoutMs: number,
    callback: (error: Error | null, texts: string[]) => void,
  ): void;
  ktAlterGroupOffsets(
    client: NativeHandle,
    group: string,
    places: (string | number)[],
    timeoutMs: number,
    callback: (error: Error | null, texts: string[]) => void,
  ): void;
}

// The addon looks the functions of compat.ts up when it loads. Bun evaluates an imported CommonJS
// module before its importer's other imports, so the package is required here, in order.
export const extension: Extension = require("@confluentinc/kafka-javascript/librdkafka.js");

interface Package {
  Producer: new (config: Properties, topicConfig: undefined) => ProducerClient;
  KafkaConsumer: new (config: Properties, topicConfig: undefined) => ConsumerClient;
  AdminClient: { create(config: Properties, handlers: ClientLog["handlers"]): AdminNativeClient };
}
const clients: Package = require("@confluentinc/kafka-javascript/lib/rdkafka.js");

/**
 * librdkafka takes a topic's properties (partitioner, acks, auto.offset.reset) among the client's; an
 * empty topic configuration beside them would put all of those back to their defaults.
 */
const noTopicConfig = undefined;

/** How long a broker may take to answer a new client. */
export const connectTimeoutMs = 5000;

/** Turns a callback of the package into a promise that rejects with a KtError. */
export function promise<T>(call: (callback: Callback<T>) => void, doing: string): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(explainCode(error.code ?? -1, error.message, doing)) : resolve(result)));
  });
}

/** Once every broker has refused the connection, it is tried for so long again: it may be starting. */
const refusedGraceMs = 1500;

/** What a client said in its log since it was made: the reason behind a failure is only there. */
export class ClientLog {
  readonly lines: string[] = [];
  /** When the last of the named brokers was first found unreachable. */
  allDownSinceMs: number | undefined;
  readonly #debug: boolean;
  readonly #brokerCount: number;
  readonly #unreachable = new Set<string>();

  constructor(config: KafkaConfig) {
    this.#debug = config.debug;
    this.#brokerCount = config.brokers.split(",").length;
  }

  #log(event: ClientEvent): void {
    // Errors are only told when the client is polled, which a client that is not connected cannot be.
    const [, broker] = /^\[thrd:([^\]]+)\].* (?:failed: Connection refused|Failed to resolve)/.exec(event.message) ?? [];
    if (broker) this.#unreachable.add(broker);
    if (this.#unreachable.size >= this.#brokerCount) this.allDownSinceMs ??= performance.now();
    this.#add(`${event.fac ?? "LOG"} ${event.message}`);
  }

  /** A broker answered: what was unreachable before no longer counts. */
  answered(): void {
    this.allDownSinceMs = undefined;
    this.#unreachable.clear();
  }

  /** For an admin client, which connects while it is made. */
  readonly handlers = {
    "event.log": (event: ClientEvent) => this.#log(event),
    "event.error": (event: ClientEvent) => this.#add(`ERROR ${event.message}`),
  };

  /**
   * Listens in place of the package's own listener. That one is bound to its client, and the C++ object
   * could not let go of it (in Bun two handles of one function do not compare equal): no client would
   * ever be collected.
   */
  listenTo(client: PackageClient): void {
    client._cb_configs.event = {
      event_cb: (type, event) => {
        if (type === "log") this.#log(event);
        if (type === "error") this.#add(`ERROR ${event.message}`);
      },
    };
  }

  #add(line: string): void {
    if (this.#debug) process.stderr.write(`${line}\n`);
    if (line === this.lines.at(-1)) return;
    if (this.lines.length >= 50) this.lines.shift();
    this.lines.push(line);
  }
}

/** Resolves once the broker answered. @throws KtError no_broker or auth, with the reason */
export function firstAnswer(config: KafkaConfig, log: ClientLog, ask: (callback: Callback<Metadata>) => void): Promise<Metadata> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      clearInterval(watchdog);
      reject(explainConnection(config.brokers, message, log.lines));
    };
    const watchdog = setInterval(() => {
      if (log.allDownSinceMs !== undefined && performance.now() - log.allDownSinceMs > refusedGraceMs) fail("all brokers are down");
    }, 100);
    ask((error, metadata) => {
      clearInterval(watchdog);
      if (error) return fail(error.message);
      log.answered();
      resolve(metadata);
    });
  });
}

/** @param topic the one whose metadata is enough; without it a broker tells of all that it has */
function connect(client: PackageClient, config: KafkaConfig, log: ClientLog, topic?: string): Promise<Metadata> {
  return firstAnswer(config, log, (callback) => client.connect({ timeout: connectTimeoutMs, topic }, callback));
}

/** A producer that is set up but not connected: deliveries must be tracked from before that. */
export function createProducer(
  config: KafkaConfig,
  defaults: Properties,
  topic?: string,
): { client: ProducerClient; log: ClientLog; connect(): Promise<Metadata> } {
  const properties = clientProperties(config, defaults);
  const log = new ClientLog(config);
  const client = construct(() => new clients.Producer(properties, noTopicConfig));
  log.listenTo(client);
  return { client, log, connect: () => connect(client, config, log, topic) };
}

export async function connectConsumer(
  config: KafkaConfig,
  defaults: Properties,
  topic?: string,
): Promise<{ client: ConsumerClient; log: ClientLog; metadata: Metadata }> {
  const properties = clientProperties(config, defaults);
  const log = new ClientLog(config);
  const client = construct(() => new clients.KafkaConsumer(properties, noTopicConfig));
  log.listenTo(client);
  const metadata = await connect(client, config, log, topic);
  return { client, log, metadata };
}

/** An admin client connects by itself, whenever a request needs it. */
export function createAdmin(config: KafkaConfig): { client: AdminNativeClient; log: ClientLog } {
  const properties = clientProperties(config, {});
  const log = new ClientLog(config);
  const client = construct(() => clients.AdminClient.create(properties, log.handlers));
  return { client, log };
}

/** librdkafka checks the properties when a client is made, and says what it does not like. */
function construct<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw explainCode(codes.invalidArgument, error instanceof Error ? error.message : String(error), "configuring the client");
  }
}
