/** Pages without a browser: WebSockets that say what the page says, and answer each frame as if it had been painted. */
import type { ServerMessage } from "../../src/protocol/server-message.ts";

export class SoakPage implements Disposable {
  frames = 0;
  /** Of each tile. */
  readonly painted = new Map<number, number>();
  closed: number | undefined;
  readonly #socket: WebSocket;

  /** @param keys the streams that its tiles show */
  constructor(url: string, topic: string, keys: string[]) {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const say = (message: object) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
    let begun = false;
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") {
        // The tile's number stands first (src/protocol/frame-head.ts).
        const tile = new DataView(data as ArrayBuffer).getUint32(0, true);
        this.frames++;
        this.painted.set(tile, (this.painted.get(tile) ?? 0) + 1);
        say({ type: "painted", tile });
        return;
      }
      if (begun || (JSON.parse(data) as ServerMessage).type !== "topics") return;
      begun = true;
      for (const [tile, key] of keys.entries()) say({ type: "watch", tile, topic, key, h264: true });
    };
    socket.onclose = ({ code }) => {
      this.closed = code;
    };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
