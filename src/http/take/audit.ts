/** Who wrote what, in the log: a line soon after a writer begins, and then one a minute for as long as he goes on. */
import { counted } from "../../words.ts";

export interface Written {
  records: number;
  bytes: number;
  /** Records that were not acknowledged. */
  failed: number;
}

interface Writer extends Written {
  everyMs: number;
  timer: ReturnType<typeof setTimeout>;
}

const firstMs = 1000;
const everyMs = 60_000;
/** Those beyond are told of together. */
const mostWriters = 1000;

export class Audit {
  readonly #say: (line: string) => void;
  readonly #writers = new Map<string, Writer>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** @param to the topic, and the stream where there is one */
  add(address: string, to: string, { records, bytes, failed }: Written): void {
    const [who, where] = this.#writers.has(nameOf(address, to)) || this.#writers.size < mostWriters ? [address, to] : ["Others", "several topics"];
    const name = nameOf(who, where);
    let writer = this.#writers.get(name);
    if (!writer) {
      writer = { records: 0, bytes: 0, failed: 0, everyMs: firstMs, timer: setTimeout(() => {}, 0) };
      this.#writers.set(name, writer);
      this.#wait(name, writer);
    }
    writer.records += records;
    writer.bytes += bytes;
    writer.failed += failed;
  }

  /** Tells what was not told yet. */
  close(): void {
    for (const [name, writer] of this.#writers) {
      clearTimeout(writer.timer);
      this.#tell(name, writer);
    }
    this.#writers.clear();
  }

  #wait(name: string, writer: Writer): void {
    clearTimeout(writer.timer);
    writer.timer = setTimeout(() => {
      // Who wrote nothing in all that time begins anew.
      if (!this.#tell(name, writer)) return void this.#writers.delete(name);
      writer.everyMs = everyMs;
      this.#wait(name, writer);
    }, writer.everyMs);
    writer.timer.unref();
  }

  /** @returns whether there was something to tell */
  #tell(name: string, writer: Writer): boolean {
    const { records, bytes, failed } = writer;
    if (records + failed === 0) return false;
    const [who, where] = name.split("\n");
    const lost = failed > 0 ? `, and ${counted(failed, "record")} not acknowledged` : "";
    this.#say(`${who} wrote ${counted(records, "record")} (${bytes.toLocaleString("en")} bytes) to ${where}${lost}.`);
    Object.assign(writer, { records: 0, bytes: 0, failed: 0 });
    return true;
  }
}

const nameOf = (who: string, where: string) => `${who}\n${where}`;
