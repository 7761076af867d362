/** The page's one WebSocket: all its tiles and lists, each no faster than it can show. */
import type { ServerWebSocket } from "bun";
import { toEnvelope } from "../format/json.ts";
import type { Catalogue, CatalogueListener } from "../hub/catalogue.ts";
import type { LiveHub, Watch } from "../hub/live.ts";
import type { Picture } from "../hub/picture.ts";
import type { KafkaRecord } from "../record.ts";
import { type ClientMessage, frameFlags, frameHeaderBytes, type ServerMessage, writeFrameHead } from "./protocol.ts";

/** One frame on its way and one being painted: enough to hide the way, too few to pile up. */
const maxUnpainted = 2;
const recordsEveryMs = 100;
/** Rows that one message brings at most; a person reads no more of a faster topic. */
const recordsAtOnce = 100;
/** A socket that holds more than this unsent gets nothing new. */
const maxBufferedBytes = 8 << 20;

export interface Session {
  receive(message: string): void;
  close(): void;
}

export function openSession(socket: ServerWebSocket<unknown>, hub: LiveHub, catalogue: Catalogue, brokers: string): Session {
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
          tiles.set(message.tile, new Tile(socket, hub, message.tile, message.topic, message.key));
          break;
        case "unwatch":
          close(tiles, message.tile);
          break;
        case "painted":
          tiles.get(message.tile)?.painted();
          break;
        case "tail":
          close(panels, message.panel);
          panels.set(message.panel, new Panel(hub, message.panel, message.topic, send));
          break;
        case "untail":
          close(panels, message.panel);
          break;
      }
    },
    close() {
      catalogue.listeners.delete(listener);
      for (const tile of tiles.values()) tile.close();
      for (const panel of panels.values()) panel.close();
    },
  };
}

/** Something of a topic that is watched until closed, even if it is closed before the hub answered. */
abstract class Watcher {
  protected closed = false;
  #watch: Watch | undefined;

  protected async open(watching: Promise<Watch>, begin: (watch: Watch) => void): Promise<void> {
    try {
      const watch = await watching;
      if (this.closed) return watch.close();
      this.#watch = watch;
      begin(watch);
    } catch {
      // The topic went before the watch began: the page hears of that by the list of topics.
    }
  }
  close(): void {
    this.closed = true;
    this.#watch?.close();
  }
}

class Tile extends Watcher {
  readonly #socket: ServerWebSocket<unknown>;
  readonly #tile: number;
  readonly #key: string;
  #waiting: Picture | undefined;
  /** The end mark has no picture, and must not take the last one's place. */
  #waitingEnd: Picture | undefined;
  #unpainted = 0;
  #dropped = 0;
  #run: string | undefined;

  constructor(socket: ServerWebSocket<unknown>, hub: LiveHub, tile: number, topic: string, key: string) {
    super();
    this.#socket = socket;
    this.#tile = tile;
    this.#key = key;
    void this.open(hub.watch(topic, { onPicture: (picture) => this.#see(picture) }), ({ feed }) => {
      const newest = feed.pictures.get(key);
      const end = feed.ends.get(key);
      if (newest) this.#see(newest);
      if (end) this.#see(end);
    });
  }

  painted(): void {
    this.#unpainted = Math.max(0, this.#unpainted - 1);
    const [picture, end] = [this.#waiting, this.#waitingEnd];
    this.#waiting = this.#waitingEnd = undefined;
    if (picture) this.#see(picture);
    if (end) this.#see(end);
  }

  #see(picture: Picture): void {
    if (picture.key !== this.#key || this.closed) return;
    if (this.#unpainted >= maxUnpainted || this.#socket.getBufferedAmount() > maxBufferedBytes) {
      if (picture.end) {
        this.#waitingEnd = picture;
        return;
      }
      if (this.#waiting) this.#dropped++;
      this.#waiting = picture;
      this.#waitingEnd = undefined;
      return;
    }
    const message = new Uint8Array(frameHeaderBytes + picture.data.length);
    const discontinuity = this.#run !== undefined && this.#run !== picture.run;
    this.#run = picture.run;
    writeFrameHead(new DataView(message.buffer), {
      tile: this.#tile,
      type: picture.type,
      flags: (picture.keyFrame ? frameFlags.key : 0) | (picture.end ? frameFlags.end : 0) | (discontinuity ? frameFlags.discontinuity : 0),
      dropped: this.#dropped,
      timestampMs: picture.timestampMs,
      offset: picture.offset,
    });
    message.set(picture.data, frameHeaderBytes);
    this.#dropped = 0;
    this.#waiting = undefined;
    this.#unpainted++;
    this.#socket.sendBinary(message);
  }
}

class Panel extends Watcher {
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
