import { describe, expect, test } from "bun:test";
import { Cursor } from "../../../src/hub/live/cursor.ts";
import { LiveStream } from "../../../src/hub/live/live-stream.ts";
import type { Picture } from "../../../src/hub/picture.ts";
import { picture } from "../records.ts";

let offset = 0;
const frame = (keyFrame: boolean, fields: Partial<Picture> = {}) =>
  picture({ type: "video/h264", keyFrame, offset: offset++, data: Buffer.alloc(10), run: "1", ...fields });

/** "K" is a key frame, "d" one that needs those before it, "J" a JPEG. */
function feed(stream: LiveStream, pictures: string): void {
  for (const letter of pictures) stream.take(letter === "J" ? picture({ offset: offset++ }) : frame(letter === "K"));
}

const letter = ({ type, keyFrame }: Picture) => (type === "image/jpeg" ? "J" : keyFrame ? "K" : "d");

function all(cursor: Cursor): string {
  let given = "";
  for (let next = cursor.next(); next; next = cursor.next()) given += letter(next);
  return given;
}

function begin(pictures: string): { stream: LiveStream; cursor: Cursor } {
  const stream = new LiveStream();
  feed(stream, pictures);
  return { stream, cursor: new Cursor(() => stream) };
}

describe("a viewer of H.264", () => {
  test("who comes new gets the GOP from its key frame on, and then each frame", () => {
    const { stream, cursor } = begin("KddKdd");
    expect(cursor.next()?.keyFrame).toBe(true);
    expect(cursor.behind).toBe(true);
    expect(all(cursor)).toBe("dd");
    expect(cursor.behind).toBe(false);
    feed(stream, "dKd");
    // The d was there until the key frame made it useless.
    expect(all(cursor)).toBe("Kd");
    expect(cursor.takeDropped()).toBe(1);
  });

  test("who reads as fast as it comes is left out nothing", () => {
    const { stream, cursor } = begin("");
    let given = "";
    for (const one of "KdddKdKKdd") {
      feed(stream, one);
      given += all(cursor);
    }
    expect(given).toBe("KdddKdKKdd");
    expect(cursor.takeDropped()).toBe(0);
  });

  test("who is slow goes on at a key frame, and is told how many were left out", () => {
    const { stream, cursor } = begin("Kdd");
    expect(letter(cursor.next() as Picture)).toBe("K");
    feed(stream, "ddKd");
    expect(all(cursor)).toBe("Kd");
    // The two that were there before it came were on the way to the newest picture: nobody misses them.
    expect(cursor.takeDropped()).toBe(2);
    expect(cursor.takeDropped()).toBe(0);
  });

  test("who leaves out the rest of a group goes on with the next, or when the source ends, where it was", () => {
    const { stream, cursor } = begin("Kddd");
    expect(cursor.skip()).toBe(false);
    expect(letter(cursor.next() as Picture) + letter(cursor.next() as Picture)).toBe("Kd");
    expect(cursor.skip()).toBe(true);
    expect(cursor.behind).toBe(false);
    feed(stream, "d");
    expect(all(cursor)).toBe("");
    feed(stream, "Kdd");
    expect(letter(cursor.next() as Picture)).toBe("K");
    expect(cursor.takeDropped()).toBe(1);
    expect(cursor.behind).toBe(true);
    cursor.next();
    cursor.skip();
    stream.take(frame(false, { end: true }));
    expect(all(cursor)).toBe("d");
    expect(cursor.takeDropped()).toBe(0);
  });

  test("who comes before a key frame waits for one", () => {
    const { stream, cursor } = begin("dd");
    expect(all(cursor)).toBe("");
    expect(cursor.behind).toBe(false);
    feed(stream, "Kd");
    expect(all(cursor)).toBe("Kd");
    expect(cursor.takeDropped()).toBe(0);
  });

  test.each<[string, Partial<Picture>]>([
    ["another run", { run: "2" }],
    ["another partition", { partition: 1 }],
    ["a topic that was made again", { offset: 0 }],
  ])("never gets a frame whose key frame was of %s", (_, fields) => {
    const { stream, cursor } = begin("Kd");
    expect(all(cursor)).toBe("Kd");
    stream.take(frame(false, fields));
    expect(all(cursor)).toBe("");
    // Who comes new sees what is of one piece: a frame of another run is nothing without its own key frame.
    expect(all(new Cursor(() => stream))).toBe("run" in fields ? "Kd" : "");
    stream.take(frame(true, fields));
    expect(all(cursor)).toBe("K");
    expect(cursor.takeDropped()).toBe("run" in fields ? 0 : 1);
  });

  test("one frame that somebody wrote under the stream's name does not stop it", () => {
    const { stream, cursor } = begin("Kd");
    expect(all(cursor)).toBe("Kd");
    stream.take(frame(false, { run: "somebody's" }));
    feed(stream, "dd");
    expect(all(cursor)).toBe("dd");
    expect(cursor.takeDropped()).toBe(0);
  });

  test("begins afresh in a stream that was made again", () => {
    let { stream, cursor } = begin("Kdd");
    cursor = new Cursor(() => stream);
    expect(all(cursor)).toBe("Kdd");
    stream = new LiveStream();
    feed(stream, "Kd");
    expect(all(cursor)).toBe("Kd");
  });
});

test("a viewer of JPEG gets the newest picture and never the one before it", () => {
  const { stream, cursor } = begin("JJJ");
  expect(all(cursor)).toBe("J");
  expect(cursor.takeDropped()).toBe(0);
  feed(stream, "JJJJ");
  expect(cursor.next()?.offset).toBe(offset - 1);
  expect(cursor.takeDropped()).toBe(3);
  expect(cursor.next()).toBeUndefined();
});

describe("a GOP that outgrows 16 MB", () => {
  const large = (keyFrame: boolean) => frame(keyFrame, { data: Buffer.alloc(1 << 20) });
  const { stream, cursor: early } = begin("");
  const given: Picture[] = [];
  stream.take(large(true));
  for (let i = 0; i < 40; i++) {
    stream.take(large(false));
    for (let next = early.next(); next; next = early.next()) given.push(next);
  }

  test("stays within its bounds", () => {
    expect(stream.bytes).toBeLessThanOrEqual(16 << 20);
    expect(stream.bytes).toBe(stream.kept.reduce((sum, { data }) => sum + data.length, 0));
  });

  test("is given whole to who keeps up, and not at all to who comes late", () => {
    expect(given).toHaveLength(41);
    const late = new Cursor(() => stream);
    expect(late.next()).toBeUndefined();
    stream.take(large(true));
    expect(late.next()?.keyFrame).toBe(true);
    expect(early.next()?.keyFrame).toBe(true);
    expect(early.takeDropped()).toBe(0);
  });
});

describe("the beginning of a GOP that was looked up", () => {
  test("goes in front of the rest", () => {
    const { stream, cursor } = begin("");
    const [key, delta, rest] = [frame(true), frame(false), frame(false)];
    stream.take(rest);
    stream.prepend([key, delta], rest);
    expect([stream.first, stream.count, stream.bytes]).toEqual([-2, 1, 30]);
    expect(all(cursor)).toBe("Kdd");
  });

  test("is not needed any more where a key frame came meanwhile, and of no use from another run", () => {
    const { stream } = begin("");
    const [other, key, rest, newer] = [frame(true, { run: "2" }), frame(true), frame(false), frame(true)];
    stream.take(rest);
    stream.prepend([other], rest);
    expect(stream.decodable).toBe(false);
    stream.take(newer);
    stream.prepend([key], rest);
    expect(stream.kept).toEqual([newer]);
  });
});

test("the end of a stream leaves what is kept, and is over when the stream begins again", () => {
  const { stream, cursor } = begin("Kd");
  stream.take(picture({ end: true, data: Buffer.alloc(0) }));
  expect(stream.end?.end).toBe(true);
  expect(all(cursor)).toBe("Kd");
  feed(stream, "K");
  expect(stream.end).toBeUndefined();
});
