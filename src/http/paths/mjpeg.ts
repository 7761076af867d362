/** multipart/x-mixed-replace: a picture replaces the last one, in <img>, OpenCV, VLC and ffmpeg. */

import { madeWhileSent } from "../body.ts";
import { ending } from "../ending.ts";
import { traffic } from "../traffic.ts";
import type { SignalledPicture } from "./silence.ts";

const boundary = "frame";
export const contentType = `multipart/x-mixed-replace; boundary=${boundary}`;

/**
 * A browser paints a part when it sees the next one begin, so it is sent the boundary and the whole
 * next header right after each picture (measured in Chromium: paints within 1 to 13 ms, against one
 * frame late with the usual framing). The length of a picture that does not exist yet is unknown, so
 * browsers get no Content-Length; programs, which read by it, do.
 */
export function isBrowser(headers: Headers): boolean {
  return headers.get("sec-fetch-dest") === "image" || /Mozilla\//.test(headers.get("user-agent") ?? "");
}

export interface Framing {
  /** The bytes to send for a picture. */
  part(picture: SignalledPicture): Uint8Array;
}

export function framing(browser: boolean): Framing {
  return browser ? browserFraming() : programFraming();
}

function programFraming(): Framing {
  return { part: programPart };
}

const programPart = shared(({ data, type, timestampMs, offset, signal }) => {
  const about = `X-Timestamp: ${timestampMs}\r\nX-Offset: ${offset}\r\n${signal ? `X-Signal: ${signal}\r\n` : ""}`;
  const head = `--${boundary}\r\nContent-Type: ${type}\r\nContent-Length: ${data.length}\r\n${about}\r\n`;
  return Buffer.concat([Buffer.from(head), data, Buffer.from("\r\n")]);
});

/** The next header is sent ahead of its picture: it takes the type of the last one, which a stream does not change. */
function browserFraming(): Framing {
  let begun = false;
  return {
    part(picture) {
      const part = browserPart(picture);
      if (begun) return part;
      begun = true;
      return Buffer.concat([Buffer.from(browserHead(picture)), part]);
    },
  };
}

const browserHead = ({ type }: SignalledPicture) => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n`;
const browserPart = shared((picture) => Buffer.concat([picture.data, Buffer.from(`\r\n${browserHead(picture)}`)]));

/** The bytes of a picture are put together once for all who watch it: with 150 viewers that was half of the work. */
function shared(build: (picture: SignalledPicture) => Uint8Array): (picture: SignalledPicture) => Uint8Array {
  const parts = new WeakMap<SignalledPicture, Uint8Array>();
  return (picture) => {
    const known = parts.get(picture);
    if (known) return known;
    const part = build(picture);
    parts.set(picture, part);
    return part;
  };
}

/**
 * A response whose pictures are fetched only when the viewer's socket has room: a slow viewer holds
 * nothing but its own socket's buffer.
 * @param next the next picture; undefined ends the stream
 * @param takeDropped how many were left out since it was asked last, because the viewer was not ready; of what is not live none are
 */
export function mjpegResponse(browser: boolean, next: () => Promise<SignalledPicture | undefined>, onClose: () => void, takeDropped?: () => number): Response {
  const frames = framing(browser);
  const leave = traffic.enter("mjpeg");
  let end: (() => void) | undefined;
  const forget = ending.with(() => end?.());
  const close = () => {
    forget();
    leave();
    onClose();
  };
  // Not by Promise.race, which would keep something of each picture until the end.
  const nextUnlessEnding = () =>
    new Promise<SignalledPicture | undefined>((resolve, reject) => {
      end = () => resolve(undefined);
      next().then(resolve, reject);
    });
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        return nextUnlessEnding().then(
          (picture) => {
            if (!picture) {
              close();
              return controller.close();
            }
            const part = frames.part(picture);
            traffic.sent("mjpeg", part.length, takeDropped?.(), takeDropped && !picture.signal ? picture.timestampMs : undefined);
            controller.enqueue(part);
          },
          (error) => {
            // A body that fails is not cancelled.
            close();
            throw error;
          },
        );
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
  return new Response(madeWhileSent(stream), { headers: { "Content-Type": contentType, "Cache-Control": "no-store", "X-Accel-Buffering": "no" } });
}
