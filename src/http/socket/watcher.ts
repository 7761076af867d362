import { KtError } from "../../errors.ts";
import type { ServerMessage } from "../../protocol/server-message.ts";
import type { PageWork } from "./page-work.ts";

/** The way back to the page. */
export interface PageLink {
  send(message: ServerMessage): void;
  /** False while the socket is full. */
  hasRoom(): boolean;
  /** Does it when it is this page's turn. */
  run: PageWork["run"];
}

/** Something of a topic that is watched until closed, even if it is closed before the hub answered. */
export abstract class Watcher<Watching extends { close(): void }> {
  protected closed = false;
  protected watching: Watching | undefined;
  protected readonly link: PageLink;
  readonly #number: number;

  /** @param number the tile's or panel's */
  constructor(link: PageLink, number: number) {
    this.link = link;
    this.#number = number;
  }

  protected async open(open: () => Promise<Watching>, begin: (watching: Watching) => void): Promise<void> {
    try {
      const watching = await this.link.run(async () => (this.closed ? undefined : open()));
      if (this.closed || !watching) return watching?.close();
      this.watching = watching;
      begin(watching);
    } catch (thrown) {
      const error = KtError.from(thrown);
      // Where the topic went before the watch began, the page hears of that by the list of topics.
      if (!this.closed && error.code !== "unknown_topic") this.link.send({ type: "trouble", of: this.#number, message: error.sentence });
    }
  }

  close(): void {
    this.closed = true;
    this.watching?.close();
  }
}
