/** Shows one stream live: the newest picture that there is time for. */
import type { Spot } from "../../protocol/client-message.ts";
import { type FrameHead, frameFlags } from "../../protocol/frame-head.ts";
import { clockMs, measurePaint, type TileMeasure } from "../measure.ts";
import { SignalMeter } from "../wall/signal.ts";
import { decodesH264, H264Decoder, hasWebCodecs, type LiveDecoder, type LiveScreen } from "./h264.ts";
import type { H264Trust } from "./h264-trust.ts";
import { MediaSourceDecoder } from "./mse.ts";
import type { Size } from "./picture.ts";
import type { Screen } from "./screen.ts";
import { StillPainter } from "./still.ts";

export class Player {
  readonly measure: TileMeasure;
  readonly #screen: Screen;
  readonly #trust: H264Trust;
  readonly #stills: StillPainter;
  readonly #meter = new SignalMeter();
  #h264: LiveDecoder | undefined;
  /** Called in the task that paints it. */
  onPainted: (head: FrameHead, size: Size) => void = () => {};
  /** Of the picture on the screen; null before the first. */
  shown: Spot | null = null;

  constructor(topic: string, key: string, screen: Screen, trust: H264Trust) {
    const meter = this.#meter;
    this.measure = {
      topic,
      key,
      watched: false,
      received: 0,
      painted: 0,
      dropped: 0,
      passedOver: 0,
      broken: 0,
      width: 0,
      height: 0,
      get signal() {
        return meter.read(clockMs());
      },
    };
    this.#screen = screen;
    this.#trust = trust;
    this.#stills = new StillPainter(screen, (why) => this.fail(why));
  }

  /** The bytes of the picture on the screen, where it stands alone. */
  get still(): { data: Uint8Array<ArrayBuffer>; type: string } | undefined {
    return this.#stills.painted;
  }

  /** The stream's last record was of then. */
  seen(timestampMs: number): void {
    this.#meter.seen(timestampMs);
  }

  watched(yes: boolean): void {
    this.measure.watched = yes;
    if (yes) this.#meter.watched(clockMs());
    else {
      this.#meter.left();
      this.reset();
    }
  }

  /** What waits is not shown any more. */
  reset(): void {
    this.#h264?.reset();
    this.#stills.reset();
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
    if (head.type !== "video/h264") {
      this.#stills.show({ data: picture, type: head.type, shown: (size) => this.#count(head, size), done: painted });
      return;
    }
    this.#h264 ??= this.#decoder();
    this.#h264.decode(head, picture, painted);
  }

  fail(why: string): void {
    this.measure.broken++;
    this.#meter.broken(why);
  }

  /** It is shown larger. */
  sharpen(): void {
    this.#stills.sharpen();
  }

  close(): void {
    this.#h264?.close();
  }

  #decoder(): LiveDecoder {
    const screen: LiveScreen = {
      show: (frame, size, of) => {
        this.#screen.draw(frame, size.width, size.height);
        this.#count(of, size);
      },
      passOver: () => this.measure.passedOver++,
      fail: (why) => this.fail(why),
      damaged: (why) => {
        this.fail(why);
        this.#trust.failed(clockMs());
      },
      unsupported: () => decodesH264.set(false),
    };
    return hasWebCodecs ? new H264Decoder(screen) : new MediaSourceDecoder(screen);
  }

  #count(head: FrameHead, size: Size): void {
    const { partition, offset, timestampMs, flags } = head;
    const paintedAtMs = clockMs();
    const { topic, key } = this.measure;
    measurePaint({ topic, key, offset, timestampMs, paintedAtMs });
    this.#meter.painted(timestampMs, paintedAtMs, (flags & frameFlags.behind) !== 0);
    Object.assign(this.measure, size);
    this.measure.painted++;
    this.shown = { partition, offset, timestampMs };
    this.onPainted(head, size);
  }
}
