/** What a picture of H.264 builds on: those before it in its partition, from their key frame on. */
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import { openAdmin } from "../../kafka/admin/admin.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import { RangeReader } from "../../kafka/read/range-reader.ts";
import { type RecordedFrame, readFrameRecord } from "../../video/frame.ts";

/** The log is looked at backwards, in looks that become longer. */
const firstLook = 64;
const longestLook = 4096;
/** A key frame that is further back is not looked for. */
const mostReadBytes = 256 << 20;
const pieceBytes = 8 << 20;

/** One run of one stream. */
export type Run = Pick<RecordedFrame, "name" | "run">;

export interface Lead {
  /** In the order of decoding; empty where no key frame is in the log. */
  frames: RecordedFrame[];
  /** Nothing is after the place that was asked for. */
  isAtEnd: boolean;
}

/** @throws KtError where the partition cannot be read */
export async function leadTo({ topic, partition, offset }: PartitionOffset, { name, run }: Run, config: KafkaConfig): Promise<Lead> {
  const admin = await openAdmin(config);
  const reader = new RangeReader(config, 1);
  let frames: RecordedFrame[] = [];
  let bytes = 0;

  async function look(start: number, end: number): Promise<void> {
    let since: RecordedFrame[] = [];
    for (let at = start; at < end; ) {
      const scanned = await reader.scan({ topic, partition, start: at, end, enoughBytes: pieceBytes }, (batch, index) => {
        const recorded = readFrameRecord(batch.record(index));
        if (recorded?.name !== name || recorded.run !== run) return;
        if (recorded.frame.key) since = [];
        since.push(kept(recorded));
      });
      bytes += scanned.bytes;
      if (scanned.end <= at) break;
      at = scanned.end;
    }
    frames = [...since, ...frames];
  }

  try {
    const [{ low, high } = { low: 0, high: 0 }] = await admin.watermarks([{ topic, partition }]);
    for (let end = offset, length = firstLook; end > low && bytes < mostReadBytes && !frames[0]?.frame.key; length = Math.min(2 * length, longestLook)) {
      const start = Math.max(low, end - length);
      await look(start, end);
      end = start;
    }
    return { frames: frames[0]?.frame.key ? frames : [], isAtEnd: offset + 1 >= high };
  } finally {
    admin.close();
    await reader.close();
  }
}

/** A frame's data is a view on the batch that brought it. */
const kept = (recorded: RecordedFrame): RecordedFrame => ({ ...recorded, frame: { ...recorded.frame, data: recorded.frame.data.slice() } });
