import { describe, expect, test } from "bun:test";
import { hideSecrets, secretsHider } from "../../src/secrets.ts";

describe("a text", () => {
  test.each([
    ["rtsp://u:SECRET@a/1 and http://b/?token=SECRET, (https://c/?sig=SECRET).", "rtsp://u:***@a/1 and http://b/?token=***, (https://c/?sig=***)."],
    ["http://u:SECRET@a:8081,http://v:SECRET@b:8081", "http://u:***@a:8081,http://v:***@b:8081"],
    ["'rtsp://u:***@cam/1' is away, me@home: file:rtsp://u:SECRET@cam/1? no", "'rtsp://u:***@cam/1' is away, me@home: file:rtsp://u:***@cam/1? no"],
    ["No broker at SASL_SSL://u:SECRET@a:9.", "No broker at SASL_SSL://u:***@a:9."],
    ["concat:http://u:SECRET@a/1|http://u:SECRET@b/2", "concat:http://u:***@a/1|http://u:***@b/2"],
    ["door=rtsp://u:SECRET@a/1", "door=rtsp://u:***@a/1"],
    ["a=b=rtsp://u:SECRET@a/1 x", "a=b=rtsp://u:***@a/1 x"],
    ["rtsp://u:SECRET@a/1: Connection refused", "rtsp://u:***@a/1: Connection refused"],
    ["There is no file 'u:SECRET@a/1'.", "There is no file 'u:***@a/1'."],
    ["-H 'Authorization: Basic SECRET' is unknown", "-H 'Authorization: ***' is unknown"],
    ["Error setting option passphrase=SECRET.", "Error setting option passphrase=***"],
    ["first\nrtsp://u:SEC RET@a/1\nme@home", "first\nrtsp://u:***@a/1\nme@home"],
  ])("%j", (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });

  test.each([
    "orders: partition 0, offset 3",
    "kt serves 10.0.0.1:9092,b:9092 at http://127.0.0.1:5000/ (Ctrl-C ends)",
    "Set sasl.oauthbearer.method=oidc, sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret.",
    "@FILE names a text file with one input a line; --from 0=100,1=@2026-01-31T12:00:00Z",
    "    at run (/srv/node_modules/@confluentinc/kafka-javascript/lib/client.js:12:3)",
    "    at run (file:///srv/node_modules/@confluentinc/kafka-javascript/lib/client.js:12:3)",
    "Left out: 3 frames before the first key frame.",
  ])("%j has nothing to hide", (text) => {
    expect(hideSecrets(text)).toBe(text);
  });

  test("of a megabyte is read in no time", () => {
    for (const text of ["a".repeat(1 << 20), "http://".repeat(1 << 15), "a:b".repeat(1 << 18), `rtsp://${"a:@ ".repeat(1 << 15)}`, "x=".repeat(1 << 18)])
      expect(hideSecrets(text).length).toBeGreaterThan(0);
  }, 10_000);
});

describe("what is said of one address", () => {
  const hide = secretsHider("http://admin:S%23E@long/1'P@cam/live.m3u8?pwd=1234&channel=1", ["Basic dTpw"]);
  test.each([
    ["http://admin:S%23E@long/1'P@cam/live.m3u8?pwd=1234&channel=1: 401", "http://admin:***@cam/live.m3u8?pwd=***&channel=1: 401"],
    ["Failed to resolve hostname long: Name or service not known", "Failed to resolve hostname ***: Name or service not known"],
    ["user admin, password S#E@long/1'P refused by cam", "user admin, password *** refused by cam"],
    ["12345 packets of channel 1", "12345 packets of channel 1"],
    ["option 1234", "option ***"],
    ['Unable to parse option value "Basic dTpw"', 'Unable to parse option value "***"'],
  ])("%s", (said, shown) => {
    expect(hide(said)).toBe(shown);
  });

  test("whatever characters a password has, it is hidden and hides nothing else", () => {
    for (const character of "-_.,:;!$&'()*+=~^|{}[]\\`\"<>%20") {
      for (const password of [`a${character}b`, `very${character}secret`]) {
        const hider = secretsHider(`rtsp://admin:${encodeURIComponent(password)}@10.0.0.7/1`, [password]);
        expect(hider(`login failed with ${password} there`)).toBe("login failed with *** there");
      }
    }
  });

  test("without an address, or with one that has no secret, nothing else is hidden", () => {
    expect(secretsHider(undefined, [])("any [text] (at) all")).toBe("any [text] (at) all");
    expect(secretsHider("rtsp://cam/1", [])("rtsp://cam/1: cam is away")).toBe("rtsp://cam/1: cam is away");
  });
});
