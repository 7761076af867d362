import { describe, expect, test } from "bun:test";
import { contentType, framing, isBrowser, mjpegResponse } from "../../../src/http/paths/mjpeg.ts";
import { jpeg, picture } from "../records.ts";

const boundary = /boundary=(\S+)/.exec(contentType)?.[1] as string;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
/** Pictures with everything in them that could be taken for the framing. */
const pictures = [jpeg(1), Buffer.from(`\r\n--${boundary}\r\n\r\n\0\xff`, "latin1"), Buffer.from("\r\n"), jpeg(4)].map((data, i) =>
  picture({ data, timestampMs: 1_700_000_000_000 + i }),
);

describe("who is a browser", () => {
  test.each([
    [{ "sec-fetch-dest": "image" }, true],
    [{ "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36" }, true],
    [{ "user-agent": "curl/7.88.1" }, false],
    [{ "user-agent": "VLC/3.0.20 LibVLC/3.0.20" }, false],
    [{ "user-agent": "Lavf/59.27.100" }, false],
    [{ "sec-fetch-dest": "empty", "user-agent": "node" }, false],
    [{}, false],
  ])("%j: %p", (headers, browser) => {
    expect(isBrowser(new Headers(headers))).toBe(browser);
  });
});

test("a program reads each picture by its Content-Length", () => {
  const frames = framing(false);
  let stream = text(Buffer.concat(pictures.map((one) => frames.part(one))));
  for (const { data, timestampMs } of pictures) {
    const [head = "", type, length] = /^--(?:.+)\r\nContent-Type: (.+)\r\nContent-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(stream) ?? [];
    expect(head).toStartWith(`--${boundary}\r\n`);
    expect(type).toBe("image/jpeg");
    expect(Number(length)).toBe(data.length);
    expect(head).toContain(`\r\nX-Timestamp: ${timestampMs}\r\n`);
    expect(stream.slice(head.length, head.length + data.length)).toBe(text(data));
    expect(stream.slice(head.length + data.length)).toStartWith("\r\n");
    stream = stream.slice(head.length + data.length + 2);
  }
  expect(stream).toBe("");
});

describe("a browser", () => {
  const head = `--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`;

  test("is sent the boundary and the whole next header right after each picture, so that it paints at once", () => {
    const frames = framing(true);
    const parts = pictures.map((one) => text(frames.part(one)));
    expect(parts).toEqual(pictures.map(({ data }, i) => `${i === 0 ? head : ""}${text(data)}\r\n${head}`));
  });

  test("is never told a length, which is that of a picture that does not exist yet", () => {
    expect(text(framing(true).part(picture()))).not.toContain("Content-Length");
  });

  test("has its own beginning, whoever else looks", () => {
    framing(true).part(picture());
    expect(text(framing(true).part(picture()))).toStartWith(head);
  });

  test("is told the type of the picture", () => {
    expect(text(framing(true).part(picture({ type: "image/png" })))).toStartWith(`--${boundary}\r\nContent-Type: image/png\r\n\r\n`);
  });
});

describe("the response", () => {
  test("is a stream of parts that nobody keeps, and ends with the pictures", async () => {
    const left = [...pictures];
    const response = mjpegResponse(
      false,
      async () => left.shift(),
      () => {},
    );
    expect(response.headers.get("content-type")).toBe(contentType);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const frames = framing(false);
    expect(text(await response.bytes())).toBe(text(Buffer.concat(pictures.map((one) => frames.part(one)))));
  });

  test("fetches a picture only when the viewer has room, and hears when he leaves", async () => {
    let asked = 0;
    let left = false;
    const response = mjpegResponse(
      false,
      async () => {
        asked++;
        return picture();
      },
      () => {
        left = true;
      },
    );
    await Bun.sleep(5);
    expect(asked).toBe(0);
    const reader = response.body?.getReader();
    await reader?.read();
    await Bun.sleep(5);
    expect(asked).toBe(1);
    expect(left).toBe(false);
    await reader?.cancel();
    expect(left).toBe(true);
  });
});
