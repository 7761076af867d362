/** One viewer of Motion JPEG: a bare socket that throws the pictures away and counts them. */
import { connect, type Socket } from "node:net";
import { Dechunker, type Part, PartReader } from "./parts.ts";

/** @param onPicture called when the last byte of a picture has come */
export function view(url: string, onPicture: (part: Part) => void): Socket {
  const { hostname, port, pathname, search } = new URL(url);
  const parts = new PartReader({ onPicture });
  const chunks = new Dechunker((bytes) => parts.take(bytes));
  let head = "";
  let begun = false;
  const socket = connect({ host: hostname, port: Number(port) }, () => {
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  });
  socket.on("data", (bytes: Buffer) => {
    if (begun) return chunks.take(bytes);
    const before = head.length;
    head += bytes.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    if (!/^HTTP\/1.1 200/.test(head) || !/transfer-encoding: *chunked/i.test(head)) throw new Error(`${url} answered: ${head.slice(0, end)}`);
    begun = true;
    chunks.take(bytes.subarray(end + 4 - before));
  });
  socket.on("error", () => {});
  return socket;
}

/** From the request to the last byte of the first picture, ms. */
export function firstPicture(url: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = view(url, () => {
      resolve(performance.now() - began);
      socket.destroy();
    });
  });
}

/** Opens a stream and never reads it. */
export function stall(url: string): Socket {
  const socket = view(url, () => {});
  socket.pause();
  return socket;
}
