/** Paints one stream on a canvas: the newest picture that there is time for, and no queue. */
import { type FrameHead, frameFlags } from "../http/protocol.ts";
import { H264Decoder } from "./h264.ts";
import { clockMs, measurePaint, type TileMeasure } from "./measure.ts";
import { decodePicture, type Size, shownEighths } from "./picture.ts";
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
  /** The last that was painted, for when the tile grows and no other comes. */
  #shown: Received | undefined;
  #shownEighths = 8;
  #decoding = false;
  #h264: H264Decoder | undefined;
  #room: Size = { width: 0, height: 0 };
  #resized = new ResizeObserver(([entry]) => entry && this.#resize(entry.contentRect));

  constructor(topic: string, key: string, canvas: HTMLCanvasElement) {
    const meter = this.#meter;
    this.measure = {
      topic,
      key,
      watched: false,
      received: 0,
      painted: 0,
      dropped: 0,
      broken: 0,
      width: 0,
      height: 0,
      get signal() {
        return meter.read(clockMs());
      },
    };
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d", { alpha: false });
    this.#resized.observe(canvas);
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
      this.#h264?.finish();
      painted();
      return;
    }
    this.measure.received++;
    this.#meter.arrived(head.timestampMs, clockMs());
    if (head.type === "video/h264") {
      this.#h264 ??= new H264Decoder(
        (frame, of) => {
          this.#draw(frame, frame.displayWidth, frame.displayHeight);
          this.#count(of, { width: frame.displayWidth, height: frame.displayHeight });
        },
        (why) => this.fail(why),
      );
      this.#h264.decode(head, picture, painted);
      return;
    }
    this.#waiting?.painted();
    this.#waiting = { head, picture, painted };
    if (!this.#decoding) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#decoding = true;
    for (let next = this.#waiting; next; next = this.#waiting) {
      this.#waiting = undefined;
      const { head, picture, painted } = next;
      try {
        const { image, width, height, size, eighths } = await decodePicture(picture, head.type, this.#room);
        this.#draw(image, width, height);
        if (next !== this.#shown) this.#count(head, size);
        this.#shown = next;
        this.#shownEighths = eighths;
        image.close();
      } catch {
        this.fail(`This is not a picture: ${head.type}, ${picture.length} bytes`);
      }
      painted();
    }
    this.#decoding = false;
    this.#sharpen();
  }

  #draw(picture: CanvasImageSource, width: number, height: number): void {
    // Setting the size clears the canvas, also when it is the same.
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#pen?.drawImage(picture, 0, 0);
  }

  #count({ offset, timestampMs }: FrameHead, size: Size): void {
    const paintedAtMs = clockMs();
    const { topic, key } = this.measure;
    measurePaint({ topic, key, offset, timestampMs, paintedAtMs });
    this.#meter.painted(timestampMs, paintedAtMs);
    Object.assign(this.measure, size);
    this.measure.painted++;
  }

  fail(why: string): void {
    this.measure.broken++;
    this.#meter.broken(why);
  }

  #resize({ width, height }: Size): void {
    this.#room = { width: width * devicePixelRatio, height: height * devicePixelRatio };
    this.#sharpen();
  }

  /** Draws the last picture again where it was decoded for a smaller tile. */
  #sharpen(): void {
    if (!this.#shown || this.#decoding || shownEighths(this.measure, this.#room) <= this.#shownEighths) return;
    this.#shown.painted = () => {}; // it was answered when it came
    this.#waiting = this.#shown;
    void this.#drain();
  }

  close(): void {
    this.#resized.disconnect();
    this.#h264?.close();
  }
}
