/** How kt reaches Kafka: the brokers, and librdkafka properties that the user or kt sets. */
/** librdkafka's, by name. */
export type Properties = Record<string, string | number | boolean>;

export interface KafkaConfig {
  /** host:port, several separated by commas. */
  brokers: string;
  /** The user's own librdkafka properties; they win over kt's. */
  properties: Record<string, string>;
  /** Show the client's log on stderr. */
  debug: boolean;
  /** Which topics there are for whoever has this; without it all are. Every client that is made with it keeps to that. */
  shows?: (topic: string) => boolean;
}

const always: Properties = {
  "client.id": "kt",
  // Only shown with --debug, but the one trace of a broker that hangs up: it may want TLS.
  "log.connection.close": true,
  // librdkafka waits half of this before it goes on from the bootstrap connection to the broker itself.
  "reconnect.backoff.ms": 20,
  // A broker that restarts should be found again at once, not after the default's ten seconds.
  "reconnect.backoff.max.ms": 1000,
  // Of kt's own (native/librdkafka/05-silent-broker.patch): a broker that hangs is left. Others have replaced it by then: they
  // miss it after 9 s (broker.session.timeout.ms). socket.timeout.ms stays as long as a large request may take.
  "socket.silence.timeout.ms": 10_000,
  "socket.nagle.disable": true,
};

/** Every record counts: it is acknowledged by all in-sync replicas, once, in order. */
export const producerDefaults: Properties = {
  acks: "all",
  "enable.idempotence": true,
  // A topic that is deleted meanwhile would be made anew with the broker's defaults, and nobody told.
  "allow.auto.create.topics": false,
  // The Java client's partitioner, so that a key goes where other programs put it.
  partitioner: "murmur2_random",
  "queue.buffering.max.messages": 100_000,
  // Room for the largest record that message.max.bytes lets through: one that is larger than the queue would wait for ever.
  "queue.buffering.max.kbytes": 98_304,
  // A longer message is sent from where it lies; librdkafka would copy all of up to 64 kB.
  "message.copy.max.bytes": 4096,
  // The broker's limit is the one that counts; librdkafka's own is raised out of its way.
  "message.max.bytes": 100_000_000,
};

/** Tuned for the tail: a record is on its way within milliseconds, and a fast reader never idles. */
export const readerDefaults: Properties = {
  "group.id": "kt",
  "enable.auto.commit": false,
  "enable.auto.offset.store": false,
  "enable.partition.eof": true,
  "auto.offset.reset": "earliest",
  "allow.auto.create.topics": false,
  "fetch.min.bytes": 1,
  "fetch.wait.max.ms": 100,
  // The default of a second is how long a reader sleeps once its queue was full.
  "fetch.queue.backoff.ms": 2,
  "fetch.error.backoff.ms": 100,
  "fetch.message.max.bytes": 4_194_304,
  "queued.min.messages": 100_000,
  "queued.max.messages.kbytes": 65_536,
  // A record may be as large as its topic takes; memory is only asked for as a response comes that needs it.
  "receive.message.max.bytes": 2_147_483_647,
};

/** What each reader of a server has unpacked at once; librdkafka/10-unpacking-limit.patch says how it is kept. */
export const mostUnpackedBytes = 32_000_000;

/** For a reader of topics that anybody may have written to: a record of a few kilobytes may be a gigabyte once it is unpacked. */
export const boundedReading: Properties = { "fetch.unpacked.max.bytes": mostUnpackedBytes };

/** For a reader of all that a topic has: the first record comes soon from a slow broker, and as much at once as is good from a fast one. */
export const bulkReading: Properties = { "fetch.message.max.bytes": 1_048_576, "fetch.message.growth.max.bytes": 8_388_608 };

/** All properties of a client, the user's last; librdkafka takes a topic's properties among them. */
export function clientProperties(config: KafkaConfig, defaults: Properties): Properties {
  const all: Properties = { ...always, ...defaults, "bootstrap.servers": config.brokers, ...config.properties };
  // An alias and its name must not both be set: the user's spelling replaces kt's.
  if ("request.required.acks" in config.properties) delete all.acks;
  if ("metadata.broker.list" in config.properties) delete all["bootstrap.servers"];
  // Whoever says how long to wait for a broker means one that hangs, too.
  if ("socket.timeout.ms" in config.properties && !("socket.silence.timeout.ms" in config.properties)) delete all["socket.silence.timeout.ms"];
  // A size that the user chose is the size, and not where it begins.
  if ("fetch.message.max.bytes" in config.properties || "max.partition.fetch.bytes" in config.properties) delete all["fetch.message.growth.max.bytes"];
  // Fewer acknowledgements than all rule idempotence out, so asking for them turns it off.
  const acks = String(all["request.required.acks"] ?? all.acks);
  if ("enable.idempotence" in defaults && acks !== "all" && acks !== "-1" && !("enable.idempotence" in config.properties)) all["enable.idempotence"] = false;
  return all;
}
