/** The camera's one WebSocket: it comes back by itself, knows the server's clock, and how much is on its way. */
import { type CameraHead, type CameraSays, type CameraTold, cameraHeadBytes, writeCameraHead } from "../../protocol/camera-message.ts";
import { ClockOffset } from "./clock-offset.ts";

export interface LinkListener {
  /** Frames may be sent, beginning with one that stands alone. */
  onOpen(): void;
  /** @param why what the server says of it, where it says something */
  onLost(why: string | undefined): void;
  onDelivered(): void;
  onLeftOut(): void;
  /** The next frame has to stand alone. */
  onKey(): void;
  onTrouble(message: string): void;
}

const shortestWaitMs = 250;
const longestWaitMs = 5000;
const firstAsks = 4;
const askAgainMs = 10_000;
/** Half a second of a good picture: what is behind more than that is seen late. */
const mostBufferedBytes = 256 << 10;
const mostUnacknowledged = 60;

export class CameraLink {
  readonly #address: URL;
  readonly #listener: LinkListener;
  #socket: WebSocket | undefined;
  #clock = new ClockOffset();
  #ready = false;
  #ended = false;
  #failures = 0;
  #sequence = 0;
  #unacknowledged = 0;
  #asking: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param address of the server's path, by http or https */
  constructor(address: URL, listener: LinkListener) {
    this.#address = address;
    this.#listener = listener;
    this.#open();
    addEventListener("online", this.#retryNow);
    // A socket does not notice a pulled cable for minutes.
    addEventListener("offline", this.#drop);
  }

  get isOpen(): boolean {
    return this.#ready && this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Whether the line and Kafka keep up with what is sent. */
  get hasRoom(): boolean {
    return this.isOpen && (this.#socket?.bufferedAmount ?? 0) <= mostBufferedBytes && this.#unacknowledged < mostUnacknowledged;
  }

  /** How long a frame takes to the server, in ms; undefined while it is not known. */
  get wayMs(): number | undefined {
    const way = this.#clock.best?.wayMs;
    return way === undefined ? undefined : way / 2;
  }

  /** @param capturedMs by performance.now() */
  send(kind: CameraHead["kind"], data: Uint8Array, capturedMs: number): void {
    const message = new Uint8Array(cameraHeadBytes + data.length);
    writeCameraHead(new DataView(message.buffer), { kind, sequence: this.#sequence++, capturedMs: capturedMs + (this.#clock.best?.offsetMs ?? 0) });
    message.set(data, cameraHeadBytes);
    this.#socket?.send(message);
    this.#unacknowledged++;
  }

  /** A frame was left out here: the numbers tell so. */
  skip(): void {
    this.#sequence++;
  }

  /** The stream has ended well. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    removeEventListener("online", this.#retryNow);
    removeEventListener("offline", this.#drop);
    if (this.isOpen) this.#say({ type: "end" });
    else this.#socket?.close();
  }

  #open(): void {
    const url = new URL(this.#address);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#told(JSON.parse(data as string) as CameraTold);
    socket.onclose = () => void this.#closed(socket);
  }

  #told(message: CameraTold): void {
    switch (message.type) {
      case "ready":
        this.#failures = 0;
        this.#sequence = 0;
        this.#unacknowledged = 0;
        this.#clock = new ClockOffset();
        for (let i = 0; i < firstAsks; i++) this.#ask();
        clearInterval(this.#asking);
        this.#asking = setInterval(() => this.#ask(), askAgainMs);
        return;
      case "time":
        this.#clock.add(message.sentMs, message.serverMs, performance.now());
        if (this.#ready) return;
        this.#ready = true;
        this.#listener.onOpen();
        return;
      case "delivered":
        this.#unacknowledged--;
        this.#listener.onDelivered();
        return;
      case "left-out":
        this.#unacknowledged--;
        this.#listener.onLeftOut();
        return;
      case "key":
        this.#listener.onKey();
        return;
      case "trouble":
        this.#listener.onTrouble(message.message);
    }
  }

  async #closed(socket: WebSocket): Promise<void> {
    if (this.#socket !== socket) return;
    clearInterval(this.#asking);
    this.#ready = false;
    if (this.#ended) return;
    const waitMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** this.#failures++) * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#open(), waitMs);
    this.#listener.onLost(await this.#whyNot());
  }

  /** A browser does not tell why a socket was refused; asked by another way, the server does. */
  async #whyNot(): Promise<string | undefined> {
    const answer = await fetch(this.#address, { cache: "no-store" }).catch(() => undefined);
    return !answer || answer.status === 426 ? undefined : (await answer.text()).trim();
  }

  #retryNow = (): void => {
    if (this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#retry);
    this.#open();
  };

  #drop = (): void => this.#socket?.close();

  #ask(): void {
    this.#say({ type: "time", sentMs: performance.now() });
  }

  #say(message: CameraSays): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
