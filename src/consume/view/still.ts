/** One picture, which is decoded and drawn where the cursor is; of H.264 with those before it that it builds on. */
import type { RecordBatch } from "../../kafka/batch.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import type { KafkaRecord } from "../../record.ts";
import { isEnd, type RecordedFrame, readFrameFields, readFrameRecord, streamName } from "../../video/frame.ts";
import { Decoding } from "./decoding.ts";
import { leadTo } from "./lead.ts";
import type { Screen } from "./screen.ts";

/** By this the picture that was asked for is told from those before it. */
const asked = 1;

export class Still {
  shown = 0;
  /** Pictures whose key frame is not in the log any more. */
  leftOut = 0;
  readonly #config: KafkaConfig;
  readonly #decoding: Decoding;
  /** Runs of which no key frame was found; the next one will come. */
  readonly #vain = new Set<string>();
  /** The last pictures of a stream that ended, of which the very last is shown where none comes after it. */
  #last: RecordedFrame[] = [];

  constructor(ffmpeg: string, screen: Screen, config: KafkaConfig) {
    this.#config = config;
    this.#decoding = new Decoding({
      ffmpeg,
      box: (size) => screen.box(size),
      take: async ({ raster, box, dueMs }) => {
        // Where the picture itself is damaged, the one before it stays.
        if (dueMs === asked) this.shown++;
        else if (this.shown > 0) return;
        screen.keep({ raster, box });
      },
    });
  }

  /** True once the picture is there. */
  async add(batch: RecordBatch): Promise<boolean> {
    for (const record of batch) if (await this.#takes(record)) return true;
    return false;
  }

  /** Resolves when the picture is decoded. */
  async finish(): Promise<void> {
    // Pictures may be stored out of the order in which they are shown.
    const [last] = this.#last.toSorted((a, b) => b.frame.ptsUs - a.frame.ptsUs);
    await this.#show(this.#last, last);
    await this.#decoding.finish();
  }

  close(): void {
    this.#decoding.close();
  }

  async #takes(record: KafkaRecord): Promise<boolean> {
    const recorded = readFrameRecord(record);
    if (!recorded && !isEnd(record)) return false;
    if (recorded?.frame.key) return this.#show([recorded]);
    const name = record.key ? streamName(record.key) : "";
    const run = readFrameFields(record)?.run ?? "";
    const id = `${run}/${name}`;
    const { frames, isAtEnd } = this.#vain.has(id) ? { frames: [], isAtEnd: false } : await leadTo(record, { name, run }, this.#config);
    if (!recorded) {
      this.#last = frames;
      return isAtEnd && frames.length > 0;
    }
    if (frames.length > 0) return this.#show([...frames, recorded]);
    this.#vain.add(id);
    this.leftOut++;
    return false;
  }

  /** @param picture one of them, which builds on others */
  async #show(frames: RecordedFrame[], picture = frames.at(-1)): Promise<boolean> {
    this.#last = [];
    for (const recorded of frames) await this.#decoding.add({ recorded, dueMs: recorded === picture ? asked : 0 });
    return true;
  }
}
