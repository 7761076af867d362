/**
 * The port that RTMP publishers come to. ffmpeg can listen as well, but for one connection: between two of them the port
 * would be closed, and nobody would know who comes, who is silent and who is refused. So kt listens, and passes what one
 * publisher sends to an ffmpeg that listens on a port of the loopback.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { type ListenAddress, locationOf } from "./address.ts";
import { cannotListen } from "./cannot-listen.ts";
import type { Listener, Publisher } from "./publisher.ts";

/** ffmpeg is tried so often, until it listens. */
const retryMs = 50;
/** It listens so long for kt, which comes at once, unless it was killed meanwhile. */
const listenSeconds = 10;
/** Who tries again and again is told of so often. */
const toldEveryMs = 60_000;
const loopback = "127.0.0.1";

export class RtmpListener implements Listener {
  readonly #server: Server;
  readonly #address: ListenAddress;
  readonly #say: (line: string) => void;
  #current: Socket | undefined;
  /** The next one, who came when the one before had just left. */
  #held: Socket | undefined;
  #changed = Promise.withResolvers<void>();
  #toldAtMs = Number.NEGATIVE_INFINITY;

  private constructor(server: Server, address: ListenAddress, say: (line: string) => void) {
    this.#server = server;
    this.#address = address;
    this.#say = say;
    server.on("connection", (socket) => this.#arrived(socket));
  }

  /** @throws KtError port_taken, bad_input */
  static open(address: ListenAddress, shown: string, say: (line: string) => void): Promise<RtmpListener> {
    const { host, port } = address;
    const server = createServer({ pauseOnConnect: true });
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(cannotListen(error, host, port, shown)));
      server.listen({ host, port }, () => resolve(new RtmpListener(server, address, say)));
    });
  }

  async next(signal: AbortSignal): Promise<Publisher | undefined> {
    const ending = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    while (!this.#held && !signal.aborted) await Promise.race([this.#changed.promise, ending]);
    const socket = this.#held;
    this.#held = undefined;
    if (!socket || signal.aborted) return undefined;
    this.#current = socket;
    const port = await freePort();
    const relay = new Relay(socket, port);
    const address = { ...this.#address, host: loopback, port };
    return {
      location: locationOf(address),
      inputOptions: ["-listen", "1", "-timeout", String(listenSeconds)],
      from: socket.remoteAddress,
      isThere: true,
      leave: () => {
        relay.close();
        if (this.#current === socket) this.#current = undefined;
      },
    };
  }

  close(): void {
    this.#server.close();
    this.#held?.destroy();
    this.#current?.destroy();
  }

  #arrived(socket: Socket): void {
    socket.on("error", () => {}); // its end is what counts
    const isOn = this.#current && !this.#current.destroyed && !this.#current.readableEnded;
    if (isOn || this.#held) {
      this.#refuse(socket);
      return;
    }
    this.#held = socket;
    socket.once("close", () => {
      if (this.#held === socket) this.#held = undefined;
    });
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #refuse(socket: Socket): void {
    const { remoteAddress = "somewhere" } = socket;
    socket.destroy();
    if (performance.now() - this.#toldAtMs < toldEveryMs) return;
    this.#toldAtMs = performance.now();
    this.#say(`a second publisher (from ${remoteAddress}) was refused, as one is on.`);
  }
}

/** Both ways between a publisher and ffmpeg, which takes a moment until it listens. */
class Relay {
  readonly #socket: Socket;
  readonly #port: number;
  #upstream: Socket | undefined;
  #closed = false;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.once("close", () => this.#upstream?.end());
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
    this.#upstream?.destroy();
  }

  #connect(): void {
    if (this.#closed) return;
    const upstream = connect(this.#port, loopback);
    upstream.on("error", () => {});
    upstream.once("connect", () => {
      this.#upstream = upstream;
      // Whoever left before ffmpeg listened has left all the same.
      if (this.#socket.destroyed) upstream.end();
      this.#socket.pipe(upstream);
      upstream.pipe(this.#socket);
    });
    upstream.once("close", () => {
      if (this.#upstream === upstream) this.#socket.destroy();
      else if (!this.#closed) setTimeout(() => this.#connect(), retryMs);
    });
  }
}

/** One that nobody listens on now. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: loopback, port: 0 }, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
