/** Requests byte for byte, such as no client would write them. */
import { connect } from "node:net";

/** @returns what comes until the server closes, has answered with a whole head, or is silent for long */
export function raw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(request, "latin1")));
    let text = "";
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
      if (text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

/** Of HTTP/1.1 404 Not Found: 404; undefined where there is none. */
export function statusOf(answer: string): number | undefined {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  return status === undefined ? undefined : Number(status);
}
