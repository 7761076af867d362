import { describe, expect, test } from "bun:test";
import { codes, explainCode, explainConnection } from "../../../src/kafka/explain.ts";

describe("no connection", () => {
  // Lines as librdkafka 2.x logs them.
  test.each([
    [
      "no_broker",
      "the connection was refused",
      "kafka start",
      "FAIL [thrd:b:9/bootstrap]: b:9/bootstrap: Connect to ipv4#127.0.0.1:9 failed: Connection refused (after 0ms in state CONNECT)",
    ],
    [
      "no_broker",
      "the name b:9 does not resolve",
      "--brokers",
      "FAIL [thrd:b:9/bootstrap]: b:9/bootstrap: Failed to resolve 'b:9': Name or service not known (after 5ms in state CONNECT)",
    ],
    [
      "no_broker",
      "closed the connection",
      "security.protocol",
      "FAIL [thrd:b:9/bootstrap]: b:9/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (after 2ms in state APIVERSION_QUERY)",
    ],
    [
      "auth",
      "refused the credentials",
      "sasl.password",
      "FAIL [thrd:sasl_plaintext://b:9/bootstrap]: sasl_plaintext://b:9/bootstrap: SASL authentication error: Authentication failed: Invalid username or password (after 312ms in state AUTH_REQ)",
    ],
    [
      "auth",
      "TLS handshake",
      "ssl.ca.location",
      "FAIL [thrd:ssl://b:9/bootstrap]: ssl://b:9/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified (after 8ms in state SSL_HANDSHAKE)",
    ],
    [
      "auth",
      "takes no login by SCRAM-SHA-256, but by PLAIN",
      "sasl.mechanism",
      "FAIL [thrd:sasl_plaintext://b:9/bootstrap]: b:9: SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: PLAIN (after 310ms in state AUTH_HANDSHAKE)",
    ],
    [
      "auth",
      "speaks no TLS on this port",
      "security.protocol",
      "FAIL [thrd:ssl://b:9/bootstrap]: ssl://b:9/bootstrap: Disconnected: SSL connection closed by peer (after 0ms in state SSL_HANDSHAKE)",
    ],
    ["no_broker", "answered at b:9 in time", "--brokers", "CONNECT [thrd:main]: Cluster connection already in progress"],
  ] as const)("%s: %s", (code, said, remedy, line) => {
    const error = explainConnection("b:9", "Local: Broker transport failure", [line]);
    expect(error.code).toBe(code);
    expect(error.message).toContain("b:9");
    expect(error.message).toContain(said);
    expect(error.hint).toContain(remedy);
    expect(error.exitCode).toBe(1);
    expect(error.retryable).toBe(code === "no_broker");
    expect(error.message).not.toContain("thrd:");
  });

  test("that was refused after a handshake failed is the handshake's fault", () => {
    const log = ["FAIL b:9: SSL handshake failed: wrong version number", "FAIL b:9: Connect failed: Connection refused"];
    expect(explainConnection("b:9", "x", log).code).toBe("auth");
  });

  test("keeps what the client said as its cause", () => {
    const { cause } = explainConnection("b:9", "Local: timed out", ["line one", "line two"]);
    expect((cause as Error).message).toBe("Local: timed out\nline one\nline two");
  });
});

describe("a refused request", () => {
  const doing = "creating topic 'a'";

  test.each([
    [codes.topicExists, "topic_exists", "exists already", "choose another name", 1, false],
    [codes.invalidTopic, "invalid_topic", "refuses that topic name", "a-z A-Z 0-9", 2, false],
    [codes.unknownTopic, "unknown_topic", "no such topic", "kt topic list", 1, false],
    [codes.unknownTopicLocal, "unknown_topic", "no such topic", "kt topic list", 1, false],
    [codes.topicAuthorization, "auth", "does not allow it", "access rights", 1, false],
    [codes.groupAuthorization, "auth", "does not allow it", "access rights", 1, false],
    [codes.authentication, "auth", "does not allow it", "credentials", 1, false],
    [codes.transport, "no_broker", "did not answer", "running", 1, true],
    [codes.allBrokersDown, "no_broker", "did not answer", "running", 1, true],
    [codes.timedOut, "no_broker", "did not answer", "running", 1, true],
    [codes.invalidArgument, "bad_property", "Broker: No such thing", "CONFIGURATION.md", 2, false],
  ] as const)("with code %d is %s", (number, code, said, remedy, exitCode, retryable) => {
    const error = explainCode(number, "Broker: No such thing.", doing);
    expect(error).toMatchObject({ code, exitCode, retryable });
    expect(error.message).toContain(said);
    expect(error.message).toEndWith(`(${doing}).`);
    expect(error.hint).toContain(remedy);
    expect((error.cause as Error).message).toBe(`${number}: Broker: No such thing.`);
  });

  test("that kt knows nothing about is told in the client's words", () => {
    expect(explainCode(codes.invalidReplicationFactor, "Broker: Invalid replication factor", doing).sentence).toBe(`Invalid replication factor (${doing}).`);
    expect(explainCode(-1, "Local: Something.", doing)).toMatchObject({ code: "kafka", exitCode: 1, message: `Something (${doing}).` });
  });
});

test("of two names that Kafka takes for one, the other is told", () => {
  const error = explainCode(codes.invalidTopic, "Topic 'a.b_c' collides with existing topic: a_b.c", "creating topic 'a.b_c'");
  expect(error.message).toContain("beside a_b.c");
  expect(error.hint).not.toContain("a-z");
  expect(error.exitCode).toBe(2);
});

test("of two names that Kafka takes for one, the other is told", () => {
  const error = explainCode(codes.invalidTopic, "Topic 'a.b_c' collides with existing topic: a_b.c", "creating topic 'a.b_c'");
  expect(error.message).toContain("beside a_b.c");
  expect(error.hint).not.toContain("a-z");
  expect(error.exitCode).toBe(2);
});
