/** Paints one stream on a canvas: the newest picture that there is time for, and no queue. */
import { type FrameHead, frameFlags } from "../http/protocol.ts";
import { H264Decoder } from "./h264.ts";
import { clockMs, measurePaint, type TileMeasure } from "./measure.ts";
import { SignalMeter } from "./signal.ts";

interface Received {
  head: FrameHead;
  picture: Uint8Array<ArrayBuffer>;
  painted: () => void;
}

export class Player {
  readonly measure: TileMeasure;
  #canvas: HTMLCanvasElement;
  #pen: CanvasRenderingContext2D | null;
  #meter = new SignalMeter();
  #waiting: Received | undefined;
  #decoding = false;
  #h264: H264Decoder | undefined;

  constructor(topic: string, key: string, canvas: HTMLCanvasElement) {
    const meter = this.#meter;
    this.measure = {
      topic, key, watched: false, received: 0, painted: 0, dropped: 0, broken: 0, width: 0, height: 0,
      get signal() {
        return meter.read(clockMs());
      },
    };
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d", { alpha: false });
  }

  watched(yes: boolean): void {
    this.measure.watched = yes;
    if (yes) this.#meter.watched(clockMs());
    else this.#h264?.reset();
  }

  receive(head: FrameHead, picture: Uint8Array<ArrayBuffer>, painted: () => void): void {
    this.measure.dropped += head.dropped;
    if (head.flags & frameFlags.end) {
      this.#meter.ended(head.timestampMs);
      return painted();
    }
    this.measure.received++;
    this.#meter.arrived(head.timestampMs, clockMs());
    if (head.type === "video/h264") {
      this.#h264 ??= new H264Decoder((frame, of) => this.#paint(frame, frame.displayWidth, frame.displayHeight, of), (why) => this.#fail(why));
      return this.#h264.decode(head, picture, painted);
    }
    this.#waiting?.painted();
    this.#waiting = { head, picture, painted };
    if (!this.#decoding) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#decoding = true;
    for (let next = this.#waiting; next; next = this.#waiting) {
      this.#waiting = undefined;
      try {
        const bitmap = await createImageBitmap(new Blob([next.picture], { type: next.head.type }));
        this.#paint(bitmap, bitmap.width, bitmap.height, next.head);
        bitmap.close();
      } catch {
        this.#fail(`This is not a picture: ${next.head.type}, ${next.picture.length} bytes`);
      }
      next.painted();
    }
    this.#decoding = false;
  }

  #paint(picture: CanvasImageSource, width: number, height: number, head: FrameHead): void {
    // Setting the size clears the canvas, also when it is the same.
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#pen?.drawImage(picture, 0, 0);
    const paintedAtMs = clockMs();
    const { topic, key } = this.measure;
    measurePaint({ topic, key, offset: head.offset, timestampMs: head.timestampMs, paintedAtMs });
    this.#meter.painted(head.timestampMs, paintedAtMs);
    Object.assign(this.measure, { width, height });
    this.measure.painted++;
  }

  #fail(why: string): void {
    this.measure.broken++;
    this.#meter.broken(why);
  }

  close(): void {
    this.#h264?.close();
  }
}
