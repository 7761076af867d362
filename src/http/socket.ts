/** The page's one WebSocket: all its tiles and lists, each no faster than it can show. */
import type { ServerWebSocket } from "bun";
import type { CatalogueListener } from "../hub/catalogue.ts";
import type { Hub } from "../hub/hub.ts";
import type { PageFlight } from "./flight.ts";
import { openPanel, type Panel } from "./panel.ts";
import { answerRequest, moveGroup } from "./pieces.ts";
import type { ClientMessage, ServerMessage } from "./protocol.ts";
import { Tile } from "./tile.ts";

/** While more than this waits in the socket, panels wait too. */
const maxBufferedBytes = 4 << 20;

export interface Session {
  receive(message: string): void;
  /** The socket has room again. */
  drained(): void;
  close(): void;
}

/** @param mayChange whether the page may have groups moved */
export function openSession(socket: ServerWebSocket<unknown>, hub: Hub, brokers: string, mayChange: boolean): Session {
  const { catalogue } = hub;
  const tiles = new Map<number, Tile>();
  const page: PageFlight = { unanswered: 0 };
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
          tiles.set(message.tile, new Tile(socket, hub, message, page, send));
          break;
        case "unwatch":
          close(tiles, message.tile);
          break;
        case "painted":
          tiles.get(message.tile)?.painted();
          break;
        case "piece":
        case "extent":
        case "place":
          void answerRequest(socket, hub, message, send);
          break;
        case "seen":
          if (mayChange) moveGroup(hub, message);
          else socket.close(1008, "Pages of other sites move no groups: name yours by --allow-origin");
          break;
        case "tail":
        case "table":
        case "chart":
          close(panels, message.panel);
          panels.set(message.panel, openPanel(hub, message, { send, hasRoom: () => socket.getBufferedAmount() <= maxBufferedBytes }));
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
