/** A table of the page: the latest record of each key, right however fast the topic is. */
import type { Table, Tables } from "../../hub/data/tables.ts";
import { toPanelRecord } from "./panel-record.ts";
import { type PageLink, Watcher } from "./watcher.ts";

/** A cell that changes faster cannot be read. */
const everyMs = 200;

export class TablePanel extends Watcher<Table & { close(): void }> {
  readonly #panel: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #version = 0;
  #begun = false;

  constructor(tables: Tables, panel: number, topic: string, by: string[] | null, link: PageLink) {
    super(link, panel);
    this.#panel = panel;
    void this.open(
      () => tables.watch(topic, by),
      (table) => {
        this.#send(table);
        this.#timer = setInterval(() => this.#send(table), everyMs);
      },
    );
  }

  override close(): void {
    clearInterval(this.#timer);
    super.close();
  }

  #send({ latest, unread }: Table): void {
    if (!this.link.hasRoom()) return;
    const { records, version } = latest.since(this.#version);
    this.#version = version;
    if (records.length === 0 && this.#begun) return;
    const missing = { forgotten: latest.forgotten, unread };
    this.link.send({ type: "rows", panel: this.#panel, begins: !this.#begun, records: records.map(toPanelRecord), missing });
    this.#begun = true;
  }
}
