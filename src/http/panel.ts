/** One list of the page: a topic's records, no more than a person reads. */
import { toEnvelope } from "../format/json.ts";
import type { LiveHub, Watch } from "../hub/live.ts";
import type { KafkaRecord } from "../record.ts";
import type { ServerMessage } from "./protocol.ts";
import { Watcher } from "./watcher.ts";

const recordsEveryMs = 100;
/** Rows that one message brings at most; a person reads no more of a faster topic. */
const recordsAtOnce = 100;

export class Panel extends Watcher<Watch> {
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
