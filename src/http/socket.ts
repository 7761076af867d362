/** The page's one WebSocket: all its tiles and lists, each no faster than it can show. */
import type { ServerWebSocket } from "bun";
import { KtError } from "../errors.ts";
import { toEnvelope } from "../format/json.ts";
import type { Catalogue, CatalogueListener } from "../hub/catalogue.ts";
import type { LiveHub, Watch } from "../hub/live.ts";
import type { Picture } from "../hub/picture.ts";
import { LiveView, type ViewHub } from "../hub/viewer.ts";
import type { KafkaRecord } from "../record.ts";
import { type ClientMessage, frameFlags, frameHeaderBytes, type ServerMessage, writeFrameHead } from "./protocol.ts";

/** Pictures that stand alone: one on its way and one being painted, enough to hide the way, too few to pile up. */
const maxUnpainted = 2;
/** Frames of H.264: each is needed by the next, and a GOP must come fast to who begins in its middle. */
const maxUndecoded = 32;
const recordsEveryMs = 100;
/** Rows that one message brings at most; a person reads no more of a faster topic. */
const recordsAtOnce = 100;
/** A socket that holds more than this unsent gets nothing new. */
const maxBufferedBytes = 8 << 20;

export interface Session {
  receive(message: string): void;
  /** The socket has room again. */
  drained(): void;
  close(): void;
}

export function openSession(socket: ServerWebSocket<unknown>, hub: ViewHub, catalogue: Catalogue, brokers: string): Session {
  const tiles = new Map<number, Tile>();
  const panels = new Map<number, Panel>();
  const send = (message: ServerMessage) => void socket.sendText(JSON.stringify(message));
  const listener: CatalogueListener = {
    onTopics: (topics) => send({ type: "topics", topics }),
    onBroker: (up, message) => send({ type: "broker", up, brokers, message }),
  };
  catalogue.listeners.add(listener);
  send({ type: "broker", ...catalogue.broker, brokers });
  send({ type: "topics", topics: catalogue.topics });

  const close = <T extends { close(): void }>(map: Map<number, T>, id: number) => {
    map.get(id)?.close();
    map.delete(id);
  };
  return {
    receive(text) {
      const message = JSON.parse(text) as ClientMessage;
      switch (message.type) {
        case "watch":
          close(tiles, message.tile);
          tiles.set(message.tile, new Tile(socket, hub, message, send));
          break;
        case "unwatch":
          close(tiles, message.tile);
          break;
        case "painted":
          tiles.get(message.tile)?.painted();
          break;
        case "tail":
          close(panels, message.panel);
          panels.set(message.panel, new Panel(hub.live, message.panel, message.topic, send));
          break;
        case "untail":
          close(panels, message.panel);
          break;
      }
    },
    drained() {
      for (const tile of tiles.values()) tile.pump();
    },
    close() {
      catalogue.listeners.delete(listener);
      for (const tile of tiles.values()) tile.close();
      for (const panel of panels.values()) panel.close();
    },
  };
}

/** Something of a topic that is watched until closed, even if it is closed before the hub answered. */
abstract class Watcher<Watching extends { close(): void }> {
  protected closed = false;
  protected watching: Watching | undefined;

  protected async open(opening: Promise<Watching>, begin: (watching: Watching) => void, fail: (error: KtError) => void = () => {}): Promise<void> {
    try {
      const watching = await opening;
      if (this.closed) return watching.close();
      this.watching = watching;
      begin(watching);
    } catch (error) {
      // Where the topic went before the watch began, the page hears of that by the list of topics.
      if (!this.closed) fail(KtError.from(error));
    }
  }
  close(): void {
    this.closed = true;
    this.watching?.close();
  }
}

class Tile extends Watcher<LiveView> {
  readonly #socket: ServerWebSocket<unknown>;
  readonly #tile: number;
  /** Sent and not answered yet. */
  #unpainted = 0;
  #mostUnpainted = maxUnpainted;
  #run: string | undefined;
  #end: Picture | undefined;

  constructor(
    socket: ServerWebSocket<unknown>,
    hub: ViewHub,
    { tile, topic, key, h264 }: Extract<ClientMessage, { type: "watch" }>,
    send: (message: ServerMessage) => void,
  ) {
    super();
    this.#socket = socket;
    this.#tile = tile;
    void this.open(
      LiveView.open(hub, { topic, key, h264 }, () => this.pump()),
      () => this.pump(),
      (error) => error.code !== "unknown_topic" && send({ type: "trouble", tile, message: error.sentence }),
    );
  }

  painted(): void {
    this.#unpainted = Math.max(0, this.#unpainted - 1);
    this.pump();
  }

  /** Sends what there is, as far as the page and its socket have room. */
  pump(): void {
    const view = this.watching;
    if (!view || this.closed) return;
    while (this.#hasRoom) {
      const picture = view.next();
      if (!picture) break;
      this.#mostUnpainted = picture.type === "video/h264" ? maxUndecoded : maxUnpainted;
      this.#send(picture, view.behind, view.takeDropped());
      this.#end = undefined;
    }
    const { end } = view;
    if (!end || end === this.#end || !this.#hasRoom) return;
    this.#end = end;
    this.#send(end, false, 0);
  }

  get #hasRoom(): boolean {
    return this.#unpainted < this.#mostUnpainted && this.#socket.getBufferedAmount() <= maxBufferedBytes;
  }

  #send(picture: Picture, behind: boolean, dropped: number): void {
    const message = new Uint8Array(frameHeaderBytes + picture.data.length);
    const discontinuity = this.#run !== undefined && this.#run !== picture.run;
    this.#run = picture.run;
    const flags =
      (picture.keyFrame ? frameFlags.key : 0) |
      (picture.end ? frameFlags.end : 0) |
      (discontinuity ? frameFlags.discontinuity : 0) |
      (behind ? frameFlags.behind : 0);
    const { type, timestampMs, offset } = picture;
    writeFrameHead(new DataView(message.buffer), { tile: this.#tile, type, flags, dropped, timestampMs, offset });
    message.set(picture.data, frameHeaderBytes);
    this.#unpainted++;
    this.#socket.sendBinary(message);
  }
}

class Panel extends Watcher<Watch> {
  readonly #panel: number;
  readonly #send: (message: ServerMessage) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #records: KafkaRecord[] = [];
  #skipped = 0;

  constructor(hub: LiveHub, panel: number, topic: string, send: (message: ServerMessage) => void) {
    super();
    this.#panel = panel;
    this.#send = send;
    this.#timer = setInterval(() => this.#flush(), recordsEveryMs);
    void this.open(hub.watch(topic, { onRecord: (record) => this.#see(record) }), ({ feed }) => {
      this.#records = [...feed.records, ...this.#records];
      this.#flush();
    });
  }

  override close(): void {
    clearInterval(this.#timer);
    super.close();
  }

  #see(record: KafkaRecord): void {
    this.#records.push(record);
    if (this.#records.length <= recordsAtOnce * 4) return;
    this.#skipped += this.#records.length - recordsAtOnce;
    this.#records = this.#records.slice(-recordsAtOnce);
  }

  #flush(): void {
    if (this.#records.length === 0) return;
    const shown = this.#records.slice(-recordsAtOnce);
    const skipped = this.#skipped + this.#records.length - shown.length;
    this.#records = [];
    this.#skipped = 0;
    this.#send({ type: "records", panel: this.#panel, records: shown.map(toEnvelope), skipped });
  }
}
