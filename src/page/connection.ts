/** The page's one WebSocket: it comes back by itself, and asks again for all that was asked for. */
import type { ClientMessage, PanelMessage, PieceRequest, RequestMessage, Spot } from "../protocol/client-message.ts";
import { type FrameHead, frameHeaderBytes, readFrameHead } from "../protocol/frame-head.ts";
import type { ExtentEnd, PieceFrame, PiecePlace, RunSpan, ServerMessage, TopicSummary } from "../protocol/server-message.ts";
import { cell } from "./parts/cell.ts";
import { reloadWhereRefused } from "./token-lost.ts";

export type Link = "connecting" | "open" | "lost";
type Message<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;
export type BrokerMessage = Message<"broker">;
export type RecordsMessage = Message<"records">;
export type RowsMessage = Message<"rows">;
export type BoxesMessage = Message<"boxes">;
type Unnumbered<Asked> = Asked extends PanelMessage ? Omit<Asked, "panel"> : never;
/** What a panel asks for: its number is the connection's. */
export type PanelAsk = Unnumbered<PanelMessage>;

/** `painted` tells the server that the frame is dealt with: to be called once, whatever became of it. */
export type FrameListener = (head: FrameHead, picture: Uint8Array<ArrayBuffer>, painted: () => void) => void;

/** Which times the log holds of a stream, in order; empty where it holds nothing. */
export interface Extent extends ExtentEnd {
  stretches: RunSpan[];
}

/** Some pictures of a stream out of the log, in the order of decoding. */
export interface Piece extends PiecePlace {
  frames: (PieceFrame & { data: Uint8Array<ArrayBuffer> })[];
  /** There is nothing before, or after, in the log. */
  first: boolean;
  last: boolean;
}

type Answer = Extract<ServerMessage, { request: number }>;

interface Pending {
  resolve(answer: Answer | Piece): void;
  reject(error: Error): void;
  /** Came, and its data did not yet. */
  piece?: Message<"piece">;
}

type PanelMessages = RecordsMessage | RowsMessage | BoxesMessage;

interface Subscription {
  ask: ClientMessage;
  frame?: FrameListener;
  trouble?: (message: string) => void;
  panel?: (message: PanelMessages) => void;
}

/** A stream that was asked for before the page was drawn, and its frames until it is watched. */
interface Ahead {
  topic: string;
  key: string;
  h264: boolean;
  subscription: Subscription;
  came: Parameters<FrameListener>[];
  stop(): void;
}

/** The page takes a fraction of that to be drawn. */
const aheadMs = 3000;
const shortestWaitMs = 250;
const longestWaitMs = 5000;

export class Connection {
  readonly link = cell<Link>("connecting");
  /** null until the server has said. */
  readonly topics = cell<TopicSummary[] | null>(null);
  readonly broker = cell<BrokerMessage | null>(null);

  readonly #topics = new Map<string, TopicSummary>();
  #url: string;
  #socket: WebSocket | undefined;
  #subscriptions = new Map<number, Subscription>();
  #pending = new Map<number, Pending>();
  #lastNumber = 0;
  #ahead: Ahead | undefined;
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

  /** Asks for what will be watched in a moment: it is on its way while the page is drawn. */
  watchSoon(topic: string, key: string, h264: boolean): void {
    const came: Ahead["came"] = [];
    const tile = ++this.#lastNumber;
    const subscription: Subscription = {
      ask: { type: "watch", tile, topic, key, h264 },
      frame: (...frame) => came.push(frame),
      trouble: () => this.#forgetAhead(),
    };
    const end = this.#subscribe(tile, subscription, { type: "unwatch", tile });
    this.#ahead = { topic, key, h264, subscription, came, stop: end };
    setTimeout(() => this.#forgetAhead(), aheadMs);
  }

  #forgetAhead(): void {
    this.#ahead?.stop();
    this.#ahead = undefined;
  }

  /**
   * @param h264 false where H.264 has to come as JPEG
   * @param trouble told why nothing can be shown
   * @returns the way to stop watching
   */
  watch(topic: string, key: string, h264: boolean, frame: FrameListener, trouble: (message: string) => void): () => void {
    const ahead = this.#ahead;
    // Where nothing came yet the server may have been asked before the topic was there, and have forgotten it.
    if (ahead?.came.length && ahead.topic === topic && ahead.key === key && ahead.h264 === h264) {
      this.#ahead = undefined;
      Object.assign(ahead.subscription, { frame, trouble });
      for (const came of ahead.came) frame(...came);
      return ahead.stop;
    }
    if (ahead?.topic === topic && ahead.key === key) this.#forgetAhead();
    const tile = ++this.#lastNumber;
    return this.#subscribe(tile, { ask: { type: "watch", tile, topic, key, h264 }, frame, trouble }, { type: "unwatch", tile });
  }

  /** The records of a list, of a row of a table, or of a chart. @param trouble told why there are none @returns the way to stop */
  records(ask: Exclude<PanelAsk, { type: "table" | "boxes" }>, take: (message: RecordsMessage) => void, trouble: (message: string) => void): () => void {
    return this.#panel(ask, (message) => message.type === "records" && take(message), trouble);
  }

  /** The rows of a table. @param trouble told why there are none @returns the way to stop */
  rows(ask: Extract<PanelAsk, { type: "table" }>, take: (message: RowsMessage) => void, trouble: (message: string) => void): () => void {
    return this.#panel(ask, (message) => message.type === "rows" && take(message), trouble);
  }

  /** What is seen in a live stream. @returns the way to stop */
  boxes(topic: string, key: string, take: (message: BoxesMessage) => void): () => void {
    return this.#panel(
      { type: "boxes", topic, key },
      (message) => message.type === "boxes" && take(message),
      () => {},
    );
  }

  #panel(ask: PanelAsk, take: (message: PanelMessages) => void, trouble: (message: string) => void): () => void {
    const panel = ++this.#lastNumber;
    trouble("");
    return this.#subscribe(panel, { ask: { ...ask, panel }, panel: take, trouble }, { type: "untail", panel });
  }

  /**
   * @param signal aborts when it is needed no more: the server stops looking for it
   * @throws Error where the server cannot read them, and when the connection is lost; the signal's reason
   */
  async piece(asked: Omit<PieceRequest, "request">, signal: AbortSignal): Promise<Piece> {
    return (await this.#ask({ type: "piece", request: ++this.#lastNumber, ...asked }, signal)) as Piece;
  }

  /** Of detections and data; the functions of boxes/asks.ts ask so. @param signal and @throws as of piece */
  async answer<Type extends "detections" | "events" | "said">(type: Type, asked: object, signal: AbortSignal): Promise<Message<Type>> {
    return (await this.#ask({ type, request: ++this.#lastNumber, ...asked } as RequestMessage, signal)) as Message<Type>;
  }

  /** Which times the log holds of a stream. @param signal and @throws as of piece */
  async extent(topic: string, key: string, signal: AbortSignal): Promise<Extent> {
    return (await this.#ask({ type: "extent", request: ++this.#lastNumber, topic, key }, signal)) as Message<"extent">;
  }

  /** Where a named group is in a stream; null where it has no place there. @throws as piece does */
  async groupPlace(group: string, topic: string, key: string): Promise<number | null> {
    return ((await this.#ask({ type: "place", request: ++this.#lastNumber, group, topic, key })) as Message<"place">).timeMs;
  }

  /** The group has seen the stream up to this picture. */
  seen(group: string, topic: string, key: string, spot: Spot): void {
    this.#send({ type: "seen", group, topic, key, spot });
  }

  async #ask(question: RequestMessage, signal?: AbortSignal): Promise<Answer | Piece> {
    signal?.throwIfAborted();
    if (this.#socket?.readyState !== WebSocket.OPEN) throw new Error("The kt server does not answer");
    const { request } = question;
    const answer = Promise.withResolvers<Answer | Piece>();
    const withdraw = () => {
      if (this.#pending.delete(request)) this.#send({ type: "withdraw", request });
      answer.reject(signal?.reason);
    };
    signal?.addEventListener("abort", withdraw, { once: true });
    this.#pending.set(request, answer);
    this.#send(question);
    try {
      return await answer.promise;
    } finally {
      signal?.removeEventListener("abort", withdraw);
    }
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
      void reloadWhereRefused();
      for (const { reject } of this.#pending.values()) reject(new Error("The kt server does not answer"));
      this.#pending.clear();
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
    if (message.type === "topics") {
      if (message.begins) this.#topics.clear();
      for (const name of message.gone) this.#topics.delete(name);
      for (const topic of message.topics) this.#topics.set(topic.name, topic);
      // What is not there yet is asked for when it comes: a server forgets who asked too early.
      if (this.#ahead && !this.#topics.has(this.#ahead.topic)) this.#forgetAhead();
      this.topics.set([...this.#topics.values()]);
    } else if (message.type === "broker") this.broker.set(message);
    else if (message.type === "trouble") this.#subscriptions.get(message.of)?.trouble?.(message.message);
    else if (message.type === "records" || message.type === "rows" || message.type === "boxes") this.#subscriptions.get(message.panel)?.panel?.(message);
    else this.#answer(message);
  }

  #answer(message: Answer): void {
    const pending = this.#pending.get(message.request);
    if (!pending) return;
    if (message.type === "piece" && message.frames.length > 0) {
      pending.piece = message;
      return;
    }
    this.#pending.delete(message.request);
    if (message.type === "failed") pending.reject(new Error(message.message));
    else pending.resolve(message.type === "piece" ? { ...message, frames: [] } : message);
  }

  #frame(socket: WebSocket, data: ArrayBuffer): void {
    if (data.byteLength < frameHeaderBytes) return;
    const head = readFrameHead(new DataView(data));
    const pending = this.#pending.get(head.tile);
    if (pending?.piece) {
      this.#pending.delete(head.tile);
      let at = frameHeaderBytes;
      const frames = pending.piece.frames.map((frame) => {
        at += frame.bytes;
        return { ...frame, data: new Uint8Array(data, at - frame.bytes, frame.bytes) };
      });
      pending.resolve({ ...pending.piece, frames });
      return;
    }
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
