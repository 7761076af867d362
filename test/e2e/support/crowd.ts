/** Many viewers of Motion JPEG in one process: bare sockets that count the pictures and throw them away. */
import { connect, type Socket } from "node:net";
import { Dechunker, PartReader } from "../../../bench/serve/parts.ts";

export class CrowdViewer {
  /** Of the answer; undefined while there is none. */
  status: number | undefined;
  pictures = 0;
  /** The longest time without a picture since it was asked last, and when the newest came. */
  longestGapMs = 0;
  lastAtMs = performance.now();
  /** The server, or the system, has closed it. */
  ended = false;
  /** The body was sent to its end, rather than cut off. */
  whole = false;
  /** What came in a picture's place. */
  said = "";
  readonly socket: Socket;

  /**
   * @param url with ?nosignal=0, or what says that nothing came is counted, too
   * @param onDelay told of each picture how long ago it was taken
   */
  constructor(url: string, onDelay?: (ms: number) => void) {
    const { hostname, port, pathname, search } = new URL(url);
    const parts = new PartReader({
      onPicture: ({ timestampMs }) => {
        this.#see();
        if (timestampMs !== undefined) onDelay?.(Date.now() - timestampMs);
      },
    });
    const chunks = new Dechunker((bytes) => parts.take(bytes));
    let head = "";
    let tail = "";
    this.socket = connect({ host: hostname, port: Number(port) }, () => {
      this.socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    });
    this.socket.on("data", (bytes: Buffer) => {
      tail = (tail + bytes.subarray(-8).toString("latin1")).slice(-8);
      this.whole = tail.endsWith("0\r\n\r\n");
      if (this.status === 200) return chunks.take(bytes);
      const before = head.length;
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.status ??= Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]);
      if (this.status === 200) chunks.take(bytes.subarray(end + 4 - before));
      else this.said = head.slice(end + 4);
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.ended = true;
    });
  }

  #see(): void {
    const nowMs = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.lastAtMs);
    this.lastAtMs = nowMs;
    this.pictures++;
  }

  /** From now on the longest time is counted anew. */
  mark(): void {
    this.longestGapMs = 0;
    this.lastAtMs = performance.now();
  }
}

export class Crowd implements Disposable {
  readonly viewers: CrowdViewer[];

  constructor(urls: string[], onDelay?: (ms: number) => void) {
    this.viewers = urls.map((url) => new CrowdViewer(url, onDelay));
  }

  get pictures(): number {
    return this.viewers.reduce((sum, { pictures }) => sum + pictures, 0);
  }
  get connected(): number {
    return this.viewers.filter(({ ended, status }) => !ended && status === 200).length;
  }

  /** Until each has so many more pictures. @returns how long that took, in ms. @throws where some have not in time */
  async more(count: number, timeoutMs: number): Promise<number> {
    const begunMs = performance.now();
    const goals = this.viewers.map(({ pictures }) => pictures + count);
    for (;;) {
      const behind = this.viewers.filter(({ pictures }, i) => pictures < (goals[i] as number)).length;
      if (behind === 0) return performance.now() - begunMs;
      if (performance.now() - begunMs > timeoutMs)
        throw new Error(`${behind} of ${this.viewers.length} viewers had not ${count} more pictures in ${timeoutMs} ms`);
      await Bun.sleep(20);
    }
  }

  mark(): void {
    for (const viewer of this.viewers) viewer.mark();
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.viewers) socket.destroy();
  }
}
