/** The page's one WebSocket: it comes back by itself, and asks again for all that was asked for. */
import { type ClientMessage, type FrameHead, frameHeaderBytes, readFrameHead, type ServerMessage, type TopicSummary } from "../http/protocol.ts";
import { cell } from "./cell.ts";

export type Link = "connecting" | "open" | "lost";
type Message<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;
export type BrokerMessage = Message<"broker">;
export type RecordsMessage = Message<"records">;

/** `painted` tells the server that the frame is dealt with: to be called once, whatever became of it. */
export type FrameListener = (head: FrameHead, picture: Uint8Array<ArrayBuffer>, painted: () => void) => void;

interface Subscription {
  ask: ClientMessage;
  frame?: FrameListener;
  trouble?: (message: string) => void;
  records?: (message: RecordsMessage) => void;
}

const shortestWaitMs = 250;
const longestWaitMs = 5000;

export class Connection {
  readonly link = cell<Link>("connecting");
  /** null until the server has said. */
  readonly topics = cell<TopicSummary[] | null>(null);
  readonly broker = cell<BrokerMessage | null>(null);

  #url: string;
  #socket: WebSocket | undefined;
  #subscriptions = new Map<number, Subscription>();
  #lastNumber = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#open();
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
    // A socket does not notice a pulled cable for minutes.
    addEventListener("offline", () => this.#socket?.close());
  }

  /**
   * @param h264 false where H.264 has to come as JPEG
   * @param trouble told why nothing can be shown
   * @returns the way to stop watching
   */
  watch(topic: string, key: string, h264: boolean, frame: FrameListener, trouble: (message: string) => void): () => void {
    const tile = ++this.#lastNumber;
    return this.#subscribe(tile, { ask: { type: "watch", tile, topic, key, h264 }, frame, trouble }, { type: "unwatch", tile });
  }

  /** @returns the way to stop */
  tail(topic: string, records: (message: RecordsMessage) => void): () => void {
    const panel = ++this.#lastNumber;
    return this.#subscribe(panel, { ask: { type: "tail", panel, topic }, records }, { type: "untail", panel });
  }

  // A number is never used twice, so that what is still on its way to an old tile reaches no other.
  #subscribe(number: number, subscription: Subscription, end: ClientMessage): () => void {
    this.#subscriptions.set(number, subscription);
    this.#send(subscription.ask);
    return () => {
      if (this.#subscriptions.delete(number)) this.#send(end);
    };
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#failures = 0;
      this.link.set("open");
      for (const { ask } of this.#subscriptions.values()) this.#send(ask);
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.#text(JSON.parse(data) as ServerMessage) : this.#frame(socket, data as ArrayBuffer));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.link.set("lost");
      const waitMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** this.#failures++);
      // Pages that lost the same server do not all come back in the same moment.
      this.#retry = setTimeout(() => this.#open(), waitMs * (0.5 + Math.random() / 2));
    };
  }

  #retryNow(): void {
    if (this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  #text(message: ServerMessage): void {
    if (message.type === "topics") this.topics.set(message.topics);
    else if (message.type === "broker") this.broker.set(message);
    else if (message.type === "trouble") this.#subscriptions.get(message.tile)?.trouble?.(message.message);
    else this.#subscriptions.get(message.panel)?.records?.(message);
  }

  #frame(socket: WebSocket, data: ArrayBuffer): void {
    const head = readFrameHead(new DataView(data));
    // The answer goes to the socket that brought the frame: a new one owes nothing.
    const painted = () => this.#send({ type: "painted", tile: head.tile }, socket);
    const listener = this.#subscriptions.get(head.tile)?.frame;
    if (listener) listener(head, new Uint8Array(data, frameHeaderBytes), painted);
    else painted();
  }

  #send(message: ClientMessage, socket = this.#socket): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }
}
