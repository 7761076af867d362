/** A list or a chart of the page: what the topic holds, then its records as they come, no more than it can show. */
import { KtError } from "../../errors.ts";
import type { ChartPoints } from "../../hub/data/chart-points.ts";
import type { LiveHub, Watch } from "../../hub/live/live.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { shownBytes, toPanelRecord } from "./panel-record.ts";
import { type PageLink, Watcher } from "./watcher.ts";

export interface Stored {
  records: PanelRecord[];
  /** Left out between them. */
  skipped: number;
  /** Of a search, how many of the last records were looked through, and whether there are no others. */
  looked?: number;
  all?: boolean;
  /** Of a chart, in place of the records. */
  chart?: ChartPoints;
}

export interface Source {
  /**
   * What the topic holds in front of where its partitions are read live.
   * @param ends tells where that is now
   * @param signal ends it when nobody waits for it any more
   */
  stored(ends: () => ReadonlyMap<number, number>, signal: AbortSignal): Promise<Stored>;
  /** Of too many records a list has the newest, and a chart some that are spread over all. */
  pick: "newest" | "spread";
  matches?: ((batch: RecordBatch, index: number) => boolean) | undefined;
}

const everyMs = 100;
/** A burst of so many records is shown whole, */
const mostAtOnce = 200;
/** and then so many in each message; */
const refill = 25;
/** of a topic that is faster still, fewer: nobody reads them, and each row costs the page. */
const floodRefill = 10;
const mostBytes = 1 << 20;
/** What the log holds is tried again where it could not be read, less and less often. */
const firstRetryMs = 2000;
const mostRetryMs = 60_000;

interface Fresh {
  batch: RecordBatch;
  index: number;
}

export class RecordsPanel extends Watcher<Watch> {
  readonly #panel: number;
  readonly #source: Source;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Records that came since the timer's last tick, not decoded: at most mostAtOnce, oldest first. */
  #fresh: Fresh[] = [];
  /** Those that are on their way to the page, and hold no batch in memory any more. */
  #ready: PanelRecord[] = [];
  #skipped = 0;
  #allowance = mostAtOnce;
  #begun = false;
  readonly #closing = new AbortController();

  constructor(hub: LiveHub, panel: number, topic: string, source: Source, link: PageLink) {
    super(link, panel);
    this.#panel = panel;
    this.#source = source;
    this.#timer = setInterval(() => this.#tick(), everyMs);
    const listener = { onRecords: (batch: RecordBatch, from: number, to: number) => this.#see(batch, from, to) };
    void this.open(
      () => hub.watch(topic, listener),
      ({ feed }) => void this.#begin(feed.positions),
    );
  }

  override close(): void {
    this.#closing.abort();
    clearInterval(this.#timer);
    super.close();
  }

  /** What the topic holds; a log that cannot be read now is said, and no reason to show nothing of what comes. */
  async #begin(positions: ReadonlyMap<number, number>): Promise<void> {
    for (let waitMs = firstRetryMs; !this.closed; waitMs = Math.min(2 * waitMs, mostRetryMs)) {
      try {
        const stored = await this.link.run(async () => (this.closed ? undefined : this.#source.stored(() => new Map(positions), this.#closing.signal)));
        if (stored && !this.closed) this.#start(stored, "");
        return;
      } catch (thrown) {
        if (this.closed) return;
        const { sentence, code } = KtError.from(thrown);
        if (code === "usage") return this.#start({ records: [], skipped: 0 }, sentence);
        this.#start({ records: [], skipped: 0 }, `What the topic holds cannot be read now, only what comes is shown; kt tries again in a while. ${sentence}`);
      }
      await Bun.sleep(waitMs);
    }
  }

  #start({ records, skipped, looked, all, chart }: Stored, trouble: string): void {
    this.link.send({ type: "trouble", of: this.#panel, message: trouble });
    // What has come meanwhile is shown: only what stood before is added to it.
    if (trouble === "" || !this.#begun) this.link.send({ type: "records", panel: this.#panel, begins: true, records, skipped, looked, all, chart });
    this.#begun = true;
  }

  #see(batch: RecordBatch, from: number, to: number): void {
    const { matches, pick } = this.#source;
    const wanted: number[] = [];
    if (matches) {
      for (let index = from; index < to; index++) if (matches(batch, index)) wanted.push(index);
    } else {
      const step = pick === "spread" ? Math.max(1, (to - from) / refill) : 1;
      const first = pick === "newest" ? Math.max(from, to - mostAtOnce) : from;
      for (let index = first; index < to; index += step) wanted.push(Math.floor(index));
      this.#skipped += to - from - wanted.length;
    }
    for (const index of wanted) this.#fresh.push({ batch, index });
    this.#fresh = this.#choose(this.#fresh, mostAtOnce);
  }

  #choose<Item>(items: Item[], most: number): Item[] {
    if (items.length <= most) return items;
    this.#skipped += items.length - most;
    return this.#source.pick === "newest" ? items.slice(-most) : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as Item);
  }

  #tick(): void {
    const flood = this.#fresh.length > this.#allowance + refill;
    this.#allowance = Math.min(mostAtOnce, this.#allowance + (flood ? floodRefill : refill));
    const chosen = this.#choose(this.#fresh, this.#allowance);
    this.#allowance -= chosen.length;
    this.#ready = this.#choose([...this.#ready, ...this.#decode(chosen)], mostAtOnce);
    this.#fresh = [];
    if (!this.#begun || this.#ready.length === 0 || !this.link.hasRoom()) return;
    this.link.send({ type: "records", panel: this.#panel, begins: false, records: this.#ready, skipped: this.#skipped });
    this.#ready = [];
    this.#skipped = 0;
  }

  /** The newest, as far as their bytes go. */
  #decode(chosen: Fresh[]): PanelRecord[] {
    const count = chosen.length;
    let room = mostBytes;
    const few: Fresh[] = [];
    for (let last = chosen.pop(); last && room > 0; last = chosen.pop()) {
      few.push(last);
      room -= Math.min(shownBytes, last.batch.value(last.index)?.length ?? 0);
    }
    this.#skipped += count - few.length;
    return few.reverse().map(({ batch, index }) => toPanelRecord(batch.record(index)));
  }
}
