/** librdkafka's codes and log lines, told to a person: what happened and what to do next. */
import { KtError } from "../errors.ts";

/** Codes of librdkafka and of the Kafka protocol that kt speaks about (rdkafka.h). */
export const codes = {
  partitionEof: -191,
  fatal: -150,
  noOffset: -168,
  timedOut: -185,
  timedOutQueue: -166,
  messageTimedOut: -192,
  transport: -195,
  allBrokersDown: -187,
  queueFull: -184,
  unknownTopicLocal: -188,
  unknownPartition: -190,
  invalidArgument: -186,
  state: -172,
  unsupported: -165,
  authentication: -169,
  offsetOutOfRange: 1,
  leaderNotAvailable: 5,
  notLeader: 6,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  unknownTopic: 3,
  messageTooLarge: 10,
  requestTimedOut: 7,
  networkException: 13,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  storageError: 56,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  invalidTopic: 17,
  topicExists: 36,
  invalidPartitions: 37,
  invalidReplicationFactor: 38,
  invalidConfig: 40,
  topicAuthorization: 29,
  groupAuthorization: 30,
  unknownMember: 25,
  nonEmptyGroup: 68,
  groupNotFound: 69,
  policyViolation: 44,
  invalidTimestamp: 32,
  invalidRecord: 87,
  invalidProducerEpoch: 47,
  producerFenced: 90,
} as const;

const startOne = "Start a broker (docker run -p 9092:9092 apache/kafka; in kt's own folder: scripts/kafka start), or name yours with --brokers or KT_BROKERS.";

/** Why no broker could be reached, from what the client logged while it tried. */
export function explainConnection(brokers: string, message: string, log: string[]): KtError {
  const said = log.join("\n");
  const fail = (code: "no_broker" | "auth", sentence: string, hint: string) =>
    new KtError({ code, message: sentence, hint, retryable: code === "no_broker", cause: new Error(`${message}\n${said}`) });
  const unresolved = /Failed to resolve '([^']+)'/.exec(said);
  const token = /TOKEN oauthbearer_token_refresh_cb: (.*)/.exec(said)?.[1];
  if (token) return fail("auth", `No token for the broker at ${brokers}: ${token.replace(/\.$/, "")}.`, "Check the properties sasl.oauthbearer.*.");
  const [, mechanism, offered] = /SASL (\S+) mechanism handshake failed: .*supported mechanisms: ?([^(]*)/.exec(said) ?? [];
  if (mechanism)
    return offered?.trim()
      ? fail("auth", `The broker at ${brokers} takes no login by ${mechanism}, but by ${offered.trim()}.`, "Set sasl.mechanism to what it takes.")
      : fail("auth", `The broker at ${brokers} takes no login on this port.`, "Set security.protocol to plaintext or ssl, or take the port that has SASL.");
  if (/SASL authentication error|Authentication failed|SaslAuthenticate/i.test(said))
    return fail("auth", `The broker at ${brokers} refused the credentials.`, "Check sasl.username, sasl.password and sasl.mechanism (-X name=value).");
  if (/PLAINTEXT broker listener|closed by peer \(after \d+ms in state SSL_HANDSHAKE|wrong version number/.test(said))
    return fail(
      "auth",
      `The TLS handshake with ${brokers} failed: the broker speaks no TLS on this port.`,
      "Take its TLS port, or set security.protocol to plaintext (sasl_plaintext).",
    );
  if (/certificate verify failed/.test(said))
    return fail(
      "auth",
      `The TLS handshake with ${brokers} failed: its certificate is of no CA that kt was told to trust, or for another name.`,
      "Name the CA's certificate by ssl.ca.location, and the broker as its certificate does.",
    );
  if (/SSL alert|certificate required|bad certificate/i.test(said))
    return fail(
      "auth",
      `The TLS handshake with ${brokers} failed: the broker wants a client's certificate that it trusts.`,
      "Name yours by ssl.certificate.location and ssl.key.location.",
    );
  if (/SSL handshake failed|ssl_transport/i.test(said))
    return fail("auth", `The TLS handshake with ${brokers} failed.`, "Check security.protocol, ssl.ca.location and the port (-X name=value).");
  if (unresolved) return fail("no_broker", `No Kafka broker at ${brokers}: the name ${unresolved[1]} does not resolve.`, startOne);
  if (/Connection refused/.test(said)) return fail("no_broker", `No Kafka broker at ${brokers}: the connection was refused.`, startOne);
  if (/Disconnected|closed by peer/i.test(said))
    return fail(
      "no_broker",
      `The server at ${brokers} closed the connection: it may be no Kafka broker, or want TLS or a login.`,
      "Check the port, and security.protocol: plaintext, ssl, sasl_plaintext or sasl_ssl (-X security.protocol=ssl).",
    );
  return fail("no_broker", `No Kafka broker answered at ${brokers} in time.`, startOne);
}

/** A code that a request failed with. `doing` names the request: "creating topic 'a'". */
export function explainCode(code: number, message: string, doing: string): KtError {
  const cause = new Error(`${code}: ${message}`);
  switch (code) {
    case codes.topicExists:
      return new KtError({ code: "topic_exists", message: `The topic exists already (${doing}).`, hint: "Use it, or choose another name.", cause });
    case codes.invalidTopic: {
      // Its metrics take a dot for an underscore.
      const other = /collides with existing topics?: (.+?)\.?$/.exec(message)?.[1];
      if (other !== undefined)
        return new KtError({
          code: "invalid_topic",
          exitCode: 2,
          message: `Kafka refuses that topic name beside ${other}: it takes '.' and '_' for the same (${doing}).`,
          hint: "Use the topic that is there, or choose a name that differs in more.",
          cause,
        });
      return new KtError({
        code: "invalid_topic",
        exitCode: 2,
        message: `Kafka refuses that topic name (${doing}).`,
        hint: "A name has 1 to 249 of the characters a-z A-Z 0-9 . _ - and is neither '.' nor '..'.",
        cause,
      });
    }
    case codes.unknownTopic:
    case codes.unknownTopicLocal:
      return new KtError({ code: "unknown_topic", message: `There is no such topic or partition (${doing}).`, hint: "kt topic list shows the topics.", cause });
    case codes.fatal:
      return explainFatal(message, doing, cause);
    case codes.nonEmptyGroup:
    case codes.unknownMember:
      return new KtError({
        code: "group_in_use",
        message: `The group has members, and Kafka lets nobody else change it (${doing}).`,
        hint: "Stop them first; kt group describe shows them.",
        cause,
      });
    case codes.groupNotFound:
      return new KtError({ code: "unknown_group", message: `There is no such consumer group (${doing}).`, hint: "kt group list shows the groups.", cause });
    case codes.topicAuthorization:
    case codes.groupAuthorization:
    case codes.authentication:
      return new KtError({ code: "auth", message: `The broker does not allow it (${doing}).`, hint: "Check the credentials and the access rights.", cause });
    case codes.transport:
    case codes.allBrokersDown:
    case codes.timedOut:
    case codes.timedOutQueue:
      return new KtError({
        code: "no_broker",
        message: `The broker did not answer (${doing}).`,
        hint: "Is it still running? kt topic list tells.",
        retryable: true,
        cause,
      });
    case codes.requestTimedOut:
    case codes.networkException:
    case codes.notEnoughReplicas:
    case codes.notEnoughReplicasAfterAppend:
    case codes.storageError:
      return new KtError({
        code: "kafka",
        message: `The brokers could not keep it, as too few of them are there (${doing}).`,
        hint: "kt broker list shows those that are.",
        retryable: true,
        cause,
      });
    // On a young broker, or one that has just started, it is not decided yet who keeps a group.
    case codes.coordinatorLoading:
    case codes.coordinatorNotAvailable:
    case codes.notCoordinator:
      return new KtError({
        code: "kafka",
        message: `The broker is not ready for consumer groups yet (${doing}).`,
        hint: "Try again in a moment.",
        retryable: true,
        cause,
      });
    case codes.invalidArgument:
      return new KtError({
        code: "bad_property",
        message: `${message.replace(/\.$/, "")} (${doing}).`,
        hint: "See the property's values in librdkafka's CONFIGURATION.md.",
        exitCode: 2,
        cause,
      });
    default:
      return new KtError({ code: "kafka", message: `${message.replace(/^Broker: |^Local: /, "").replace(/\.$/, "")} (${doing}).`, cause });
  }
}

/** What ends a client for good: "Fatal error: Broker: Static consumer fenced …: Fatal consumer error: …", the reason first. */
function explainFatal(message: string, doing: string, cause: Error): KtError {
  const reason = message.replace(/^Fatal error: (?:Broker|Local): /, "").split(": ")[0];
  const hint = /group\.instance\.id/.test(message)
    ? "Each consumer needs a group.instance.id of its own, or none."
    : /fenced|epoch|transactional/i.test(message)
      ? "Another producer has begun with the same transactional.id."
      : "Run it again.";
  return new KtError({ code: "kafka", message: `The client cannot go on (${doing}): ${reason}.`, hint, cause });
}
