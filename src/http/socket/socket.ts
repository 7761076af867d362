/** The page's one WebSocket: all its tiles and lists, each no faster than it can show. */
import type { ServerWebSocket } from "bun";
import type { Hub } from "../../hub/hub.ts";
import type { CatalogueListener } from "../../hub/topics/catalogue.ts";
import { type ClientMessage, readClientMessage } from "../../protocol/client-message.ts";
import type { ServerMessage } from "../../protocol/server-message.ts";
import { traffic } from "../traffic.ts";
import type { PageFlight } from "./flight.ts";
import { PageWork } from "./page-work.ts";
import { openPanel, type Panel } from "./panel.ts";
import { answerRequest, moveGroup } from "./pieces.ts";
import { Tile } from "./tile.ts";
import { TopicNews } from "./topic-news.ts";
import type { PageLink } from "./watcher.ts";

const mostPanels = 256;

export interface PageLimits {
  /** The page asks for what is to be seen. */
  tiles: number;
  /** A page has the one group of its address. */
  groups: number;
  /** While more than this waits in the socket, tiles get nothing new; with half of it, panels and what was asked for of the log wait. */
  bufferedBytes: number;
}

export interface Session {
  /** @throws Error where it is no message of kt's page, or one too many */
  receive(message: string | Uint8Array): void;
  /** The socket has room again. */
  drained(): void;
  close(): void;
}

/** @param mayChange whether the page may have groups moved */
export function openSession(socket: ServerWebSocket<unknown>, hub: Hub, brokers: string, mayChange: boolean, limits: PageLimits): Session {
  const { catalogue } = hub;
  const tiles = new Map<number, Tile>();
  const panels = new Map<number, Panel>();
  const groups = new Set<string>();
  const page: PageFlight = { unanswered: 0 };
  const hasRoom = () => socket.getBufferedAmount() <= limits.bufferedBytes / 2;
  const work = new PageWork(hasRoom);
  let open = true;
  const sendText = (text: string) => void (open && socket.sendText(text));
  const send = (message: ServerMessage) => sendText(JSON.stringify(message));
  const link: PageLink = { send, hasRoom, run: (task) => work.run(task) };
  /** What has changed and was not told yet: a page that is too slow is told how it is then, and not all that was between. */
  const news = new Set<"broker" | "topics">(["broker", "topics"]);
  const topicNews = new TopicNews();
  const tellNews = () => {
    if (!hasRoom()) return;
    if (news.delete("broker")) send({ type: "broker", ...catalogue.broker, brokers });
    const changed = news.delete("topics") ? topicNews.next(catalogue.texts) : undefined;
    if (changed !== undefined) sendText(changed);
  };
  const tell = (what: "broker" | "topics") => {
    news.add(what);
    tellNews();
  };
  const leave = traffic.enter("page");
  const listener: CatalogueListener = { onTopics: () => tell("topics"), onBroker: () => tell("broker") };
  catalogue.listeners.add(listener);
  tellNews();

  const shut = <T extends { close(): void }>(map: Map<number, T>, id: number) => {
    map.get(id)?.close();
    map.delete(id);
  };
  /** In place of what had the number before. */
  const put = <T extends { close(): void }>(map: Map<number, T>, id: number, most: number, make: () => T) => {
    shut(map, id);
    if (map.size < most) map.set(id, make());
    else send({ type: "trouble", of: id, message: `A page shows ${most} of these at once, and no more.` });
  };
  const act = (message: ClientMessage) => {
    switch (message.type) {
      case "watch":
        return put(tiles, message.tile, limits.tiles, () => new Tile(socket, hub, message, page, link, limits.bufferedBytes));
      case "unwatch":
        return shut(tiles, message.tile);
      case "painted":
        return tiles.get(message.tile)?.painted();
      case "piece":
      case "detections":
      case "events":
      case "said":
      case "extent":
        return void answerRequest(socket, hub, message, send, work);
      case "place":
        // The name is remembered, of which there is room for so many: they are for those who may move one.
        if (mayChange) return void answerRequest(socket, hub, message, send, work);
        return send({ type: "failed", request: message.request, message: "Only who may move groups is told of their places." });
      case "withdraw":
        return work.withdraw(message.request);
      case "seen":
        if (groups.add(message.group).size > limits.groups) throw new Error(`more than ${limits.groups} groups`);
        if (mayChange) return moveGroup(hub, message);
        return socket.close(1008, "Pages of other sites, and tokens that only read, move no groups");
      case "tail":
      case "table":
      case "history":
      case "chart":
      case "boxes":
        return put(panels, message.panel, mostPanels, () => openPanel(hub, message, link));
      case "untail":
        return shut(panels, message.panel);
    }
  };
  return {
    receive(message) {
      if (typeof message !== "string") throw new Error("bytes");
      act(readClientMessage(message));
    },
    drained() {
      tellNews();
      work.drained();
      for (const tile of tiles.values()) tile.pump();
    },
    close() {
      open = false;
      leave();
      catalogue.listeners.delete(listener);
      work.close();
      for (const tile of tiles.values()) tile.close();
      for (const panel of panels.values()) panel.close();
    },
  };
}
