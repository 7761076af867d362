/** Where publishers may come to: which addresses say so, and what is said of them. */
import { describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { parseInputs } from "../../../src/video/source/input.ts";
import { asksToListen, exposure, locationOf, parseListenAddress } from "../../../src/video/source/listen/address.ts";

test.each([
  ["rtmp://127.0.0.1:1935/live/geheim", "rtmp://127.0.0.1:1935/live/geheim"],
  ["rtmp://:1940/live/geheim", "rtmp://127.0.0.1:1940/live/geheim"],
  ["RTMP://0.0.0.0/live/a/b", "rtmp://0.0.0.0:1935/live/a/b"],
  ["rtmp://[::]:1935/live/geheim", "rtmp://[::]:1935/live/geheim"],
  ["srt://:9000", "srt://127.0.0.1:9000?mode=listener"],
  ["srt://0.0.0.0:9000?mode=caller&passphrase=0123456789&latency=200000", "srt://0.0.0.0:9000?mode=listener&passphrase=0123456789&latency=200000"],
])("%s is listened on at %s", (typed, location) => {
  expect(locationOf(parseListenAddress(typed))).toBe(location);
});

test.each([
  ["rtmp://127.0.0.1:1935/live", "names no stream key"],
  ["rtmp://127.0.0.1:1935", "names no stream key"],
  ["rtmp://127.0.0.1:99999/live/key", "its port is none"],
  ["srt://127.0.0.1", "it names no port"],
  ["srt://127.0.0.1:9000?passphrase=short", "a passphrase has 10 to 79 characters"],
  ["rtmp://user:geheim@127.0.0.1:1935/live/key", "no address to listen on"],
])("%s is refused: %s", (typed, why) => {
  const error = (() => {
    try {
      parseListenAddress(typed);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(KtError);
  expect((error as KtError).exitCode).toBe(2);
  expect((error as KtError).sentence).toContain(why);
  expect((error as KtError).sentence).not.toContain("geheim");
});

describe("among inputs", () => {
  test("--listen, or SRT's own word, make a listener; the stream's name is no stream key", () => {
    expect(parseInputs(["rtmp://127.0.0.1:1935/studio/geheim", "srt://:9000"], undefined, true)).toMatchObject([
      { name: "studio", listens: true, live: true, shown: "rtmp://127.0.0.1:1935/studio/***" },
      { name: "srt", listens: true, live: true },
    ]);
    expect(parseInputs(["door=srt://:9000?mode=listener&passphrase=0123456789"], undefined)).toMatchObject([
      { name: "door", listens: true, shown: "srt://:9000?mode=listener&passphrase=***" },
    ]);
    expect(parseInputs(["rtmp://cam.example/live/geheim", "other=srt://cam.example:9000?mode=caller"], undefined).map(({ listens }) => listens)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("beside files and cameras that are asked", () => {
    expect(parseInputs(["testsrc", "rtmp://:1935/live/geheim"], undefined, true).map(({ listens }) => listens)).toEqual([undefined, true]);
    expect(() => parseInputs(["testsrc"], undefined, true)).toThrow("--listen is for addresses that publishers send to");
  });

  test("listener is a whole word", () => {
    expect(asksToListen("srt://h:1?mode=listeners")).toBe(false);
    expect(asksToListen("srt://h:1?latency=20&mode=listener&x=1")).toBe(true);
    expect(asksToListen("rtmp://h/live/key?mode=listener")).toBe(false);
  });
});

test.each([
  ["rtmp://127.0.0.1:1935/live/geheim", undefined],
  ["rtmp://localhost/live/geheim", undefined],
  ["srt://[::1]:9000", undefined],
  ["rtmp://0.0.0.0:1935/live/geheim", "on all addresses of this machine (port 1935): whoever knows the stream key can send"],
  ["srt://[::]:9000", "on all addresses of this machine (port 9000): whoever reaches it can send, as it has no passphrase"],
  ["srt://192.168.1.5:9000?passphrase=0123456789", "on 192.168.1.5:9000: whoever knows the passphrase can send"],
])("%s: who can send", (typed, said) => {
  const found = exposure(parseListenAddress(typed));
  if (said === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(said);
  expect(found ?? "").not.toMatch(/geheim|0123456789/);
});
