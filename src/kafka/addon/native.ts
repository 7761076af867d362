/**
 * The one door to the Confluent package and its addon. Beyond it kt sees the plain interfaces of
 * producer.ts, reader.ts, groups.ts and admin.ts, and no callback.
 */
import { fetchAddon } from "./addon.ts";
import "./compat.ts";
import { KtError } from "../../errors.ts";
import { ClientLog, type LoggingClient } from "../client-log.ts";
import { clientProperties, type KafkaConfig, type Properties } from "../config.ts";
import { codes, explainCode, explainConnection } from "../explain.ts";
import { oidcToken, type Token } from "../oidc.ts";
import { checkShown } from "../unknown-topic.ts";

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

interface MetadataQuestion {
  timeout: number;
  topic: string | undefined;
  /** Without it the package asks for all of them, a named topic or not. */
  allTopics: boolean;
}

export interface PackageClient extends LoggingClient {
  _client: NativeHandle;
  connect(question: MetadataQuestion, callback: Callback<Metadata>): void;
  getMetadata(question: MetadataQuestion, callback: Callback<Metadata>): void;
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
  listOffsets(
    partitions: { topic: string; partition: number; offset: { timestamp: number } }[],
    options: { timeout: number; isolationLevel: number },
    callback: Callback<ListedOffset[]>,
  ): void;
  listConsumerGroupOffsets(
    groups: { groupId: string; partitions: { topic: string; partition: number }[] | undefined }[],
    options: { timeout: number },
    callback: Callback<{ partitions: (PartitionOffset & { metadata?: string | null; error?: NativeError })[]; error?: NativeError }[]>,
  ): void;
}

export interface ListedOffset extends PartitionOffset {
  timestamp: number;
  error?: NativeError;
}

type RequestEnd<T = string> = [timeoutMs: number, callback: (error: Error | null, answers: T[]) => void];

/** kt's own functions in the addon: native/*.cc. */
interface Extension {
  librdkafkaVersion: string;
  ktProperties(): string;
  ktWhyRefused(properties: string[]): string;
  ktKeepFreedMemory(): void;
  ktReaderOpen(client: NativeHandle, onBatch: () => void, maxRecords: number, maxBytes: number, lent: Buffer[], refer: boolean): number;
  ktReaderTake(reader: number): number | Buffer;
  ktReaderTopics(reader: number): string[];
  ktReaderClose(reader: number): void;
  ktWriteValues(fd: number, memory: Buffer, refers: boolean, starts: Buffer, delimiter: number, callback?: (errno: number) => void): number;
  ktProducerOpen(client: NativeHandle, onDeliveries: () => void, each: boolean): number;
  ktProducerTopic(producer: number, client: NativeHandle, name: string): number;
  ktProducerProduce(producer: number, records: Buffer, from: number, to: number): number;
  ktProducerLines(producer: number, topic: number, partition: number, lines: Buffer, from: number, to: number, delimiter: number): number;
  ktProducerSequence(producer: number): number;
  ktProducerDeliveries(producer: number): Buffer;
  ktProducerCounted(producer: number): number;
  ktProducerHurry(producer: number): void;
  ktProducerRelease(producer: number): void;
  ktProducerClose(producer: number): void;
  ktDescribeConfigs(client: NativeHandle, resourceType: number, name: string, ...end: RequestEnd): void;
  ktAlterConfigs(client: NativeHandle, resourceType: number, name: string, changes: string[], validateOnly: boolean, ...end: RequestEnd): void;
  ktCreateTopic(
    client: NativeHandle,
    name: string,
    partitions: number,
    replicationFactor: number,
    config: string[],
    validateOnly: boolean,
    ...end: RequestEnd
  ): void;
  ktCreatePartitions(client: NativeHandle, name: string, total: number, validateOnly: boolean, ...end: RequestEnd): void;
  ktDeleteTopic(client: NativeHandle, name: string, ...end: RequestEnd): void;
  ktDeleteRecords(client: NativeHandle, places: (string | number)[], ...end: RequestEnd): void;
  ktAskBrokers(client: NativeHandle, to: number[], api: number, version: number, flexible: boolean, body: Buffer, ...end: RequestEnd<number | Buffer>): void;
  ktListGroups(client: NativeHandle, ...end: RequestEnd): void;
  ktDescribeGroup(client: NativeHandle, group: string, ...end: RequestEnd): void;
  ktDeleteGroup(client: NativeHandle, group: string, ...end: RequestEnd): void;
  ktAlterGroupOffsets(client: NativeHandle, group: string, places: (string | number)[], metadata: string[], ...end: RequestEnd): void;
}

/** With what the package calls when a broker wants a token. */
type ClientProperties = Record<string, Properties[string] | (() => Promise<Token>)>;

interface Package {
  Producer: new (config: ClientProperties, topicConfig: undefined) => ProducerClient;
  KafkaConsumer: new (config: ClientProperties, topicConfig: undefined) => ConsumerClient;
  AdminClient: { create(config: ClientProperties, handlers: ClientLog["handlers"]): AdminNativeClient };
}

/** There once loadAddon has resolved; whoever has a client has waited for that. */
export let extension: Extension;
let clients: Package;
let loading: Promise<void> | undefined;

/** Not when this module is evaluated: what does not need the addon goes on while it is fetched. */
export function loadAddon(): Promise<void> {
  loading ??= fetchAddon().then(() => {
    // Required, not imported: an imported CommonJS module is evaluated before compat.ts, whose functions the addon looks up when it loads.
    extension = require("@confluentinc/kafka-javascript/librdkafka.js");
    clients = require("@confluentinc/kafka-javascript/lib/rdkafka.js");
  });
  return loading;
}

/** For a command that moves much data and ends, once it has a client: what is freed is kept for the next request or response. */
export function keepFreedMemory(): void {
  extension.ktKeepFreedMemory();
}

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
export function metadataOf(topic: string | undefined, timeoutMs: number): MetadataQuestion {
  return { timeout: timeoutMs, topic, allTopics: topic === undefined };
}

function connect(client: PackageClient, config: KafkaConfig, log: ClientLog, topic?: string): Promise<Metadata> {
  return firstAnswer(config, log, (callback) => client.connect(metadataOf(topic, connectTimeoutMs), callback));
}

/** A producer that is set up but not connected: deliveries must be tracked from before that. */
export async function createProducer(
  config: KafkaConfig,
  defaults: Properties,
  topic?: string,
): Promise<{ client: ProducerClient; log: ClientLog; connect(): Promise<Metadata> }> {
  await loadAddon();
  const properties = clientProperties(config, defaults);
  const log = new ClientLog(config);
  const client = construct(properties, (given) => new clients.Producer(given, noTopicConfig));
  log.listenTo(client);
  return { client, log, connect: () => connect(client, config, log, topic) };
}

export async function connectConsumer(
  config: KafkaConfig,
  defaults: Properties,
  topic?: string,
): Promise<{ client: ConsumerClient; log: ClientLog; metadata: Metadata }> {
  await loadAddon();
  const properties = clientProperties(config, defaults);
  const log = new ClientLog(config);
  const client = guarded(
    config,
    construct(properties, (given) => new clients.KafkaConsumer(given, noTopicConfig)),
  );
  log.listenTo(client);
  const metadata = await connect(client, config, log, topic);
  return { client, log, metadata };
}

/** librdkafka's logical offsets: the end, the beginning, what is stored, and none. */
const logicalOffsets: readonly number[] = [-1, -2, -1000, -1001];

/**
 * The addon casts numbers as they are, and librdkafka ends the process where one is no offset.
 * @throws KtError usage
 */
export function checkPlaces<Place extends { partition: number; offset?: number }>(places: readonly Place[]): void {
  for (const { partition, offset = 0 } of places) {
    const isPartition = Number.isInteger(partition) && partition >= 0 && partition < 2 ** 31;
    const isOffset = (Number.isSafeInteger(offset) && offset >= 0) || logicalOffsets.includes(offset);
    if (!isPartition || !isOffset) throw KtError.usage(`Offset ${offset} of partition ${partition} is no place in a topic.`);
  }
}

function guarded(config: KafkaConfig, client: ConsumerClient): ConsumerClient {
  for (const name of ["assign", "incrementalAssign", "commitSync"] as const) {
    const call = client[name].bind(client);
    client[name] = (places) => {
      checkPlaces(places);
      checkShown(config, places);
      return call(places);
    };
  }
  const subscribe = client.subscribe.bind(client);
  client.subscribe = (topics) => {
    for (const topic of topics) checkShown(config, [{ topic }]);
    return subscribe(topics);
  };
  return client;
}

/** An admin client connects by itself, whenever a request needs it. */
export async function createAdmin(config: KafkaConfig): Promise<{ client: AdminNativeClient; log: ClientLog }> {
  await loadAddon();
  const properties = clientProperties(config, {});
  const log = new ClientLog(config);
  const client = construct(properties, (given) => clients.AdminClient.create(given, log.handlers));
  return { client, log };
}

/** librdkafka checks the properties when a client is made, and says what it does not like. */
function construct<T>(properties: Properties, make: (properties: ClientProperties) => T): T {
  const oidc = oidcToken(properties);
  const given: ClientProperties = oidc ? { ...oidc.rest, oauthbearer_token_refresh_cb: oidc.fetchToken } : properties;
  try {
    return make(given);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = (error as NativeError).code === codes.state && extension.ktWhyRefused(Object.entries(properties).flat().map(String));
    throw explainCode(codes.invalidArgument, why || said, "configuring the client");
  }
}
