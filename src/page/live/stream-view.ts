/** One stream on one canvas: live, or where its clock is in the log. */

import { hashOfRun } from "../../format/detections/frame-name.ts";
import type { Spot } from "../../protocol/client-message.ts";
import { BoxLayer } from "../boxes/box-layer.ts";
import { BoxSource } from "../boxes/box-source.ts";
import { LiveHold } from "../boxes/live-hold.ts";
import type { Connection } from "../connection.ts";
import type { BoxMeasure } from "../measure.ts";
import { pictureName } from "../parts/share.ts";
import type { PlayClock } from "../rewind/clock.ts";
import { Rewinder } from "../rewind/rewinder.ts";
import { H264Trust } from "./h264-trust.ts";
import { Player } from "./player.ts";
import { Screen } from "./screen.ts";
import type { Zoom } from "./zoom.ts";

export class StreamView {
  readonly topic: string;
  readonly key: string;
  readonly player: Player;
  readonly rewinder: Rewinder;
  readonly clock: PlayClock;
  readonly trust = new H264Trust();
  readonly boxes: BoxLayer;
  readonly boxSource: BoxSource;
  readonly hold: LiveHold;
  readonly #connection: Connection;
  readonly #screen: Screen;

  constructor(connection: Connection, topic: string, key: string, canvas: HTMLCanvasElement, layer: HTMLCanvasElement, clock: PlayClock) {
    this.topic = topic;
    this.key = key;
    this.clock = clock;
    this.#connection = connection;
    this.#screen = new Screen(canvas);
    this.player = new Player(topic, key, this.#screen, this.trust);
    this.rewinder = new Rewinder(connection, topic, key, this.#screen, clock, this.trust);
    this.boxes = new BoxLayer(layer, this.#screen);
    this.boxSource = new BoxSource(connection, topic, key, this.boxes, () => this.hold.look());
    const isWorth = () => this.boxSource.overlays.get().length > 0;
    this.hold = new LiveHold(
      (...frame) => this.player.receive(...frame),
      (head) => this.boxes.store.has(head),
      isWorth,
    );
    this.player.onPainted = (head, size) => this.boxes.painted(head, size, true);
    this.rewinder.onPainted = (frame, size) => this.boxes.painted({ ...frame, runHash: hashOfRun(frame.run) }, size, false);
    this.rewinder.reel.onFrames = (frames) => this.boxSource.want(frames);
    this.#screen.onResize = () => {
      (clock.live ? this.player : this.rewinder).sharpen();
      this.boxes.draw();
    };
  }

  /** For tests and benchmarks. */
  get boxMeasure(): BoxMeasure {
    const { boxes, hold } = this;
    return {
      get frame() {
        return boxes.frame;
      },
      get agreement() {
        return boxes.agreement;
      },
      get drawn() {
        return boxes.drawn;
      },
      get heldMs() {
        return hold.delayMs;
      },
    };
  }

  /** It is the one that is looked at. */
  set large(yes: boolean) {
    this.#screen.whole = yes;
    this.boxes.draw();
  }

  /** The part of the picture that is seen, and of what is drawn over it. */
  set zoom(zoom: Zoom) {
    this.#screen.zoom = zoom;
    this.boxes.zoom = zoom;
  }

  get zoom(): Zoom {
    return this.#screen.zoom;
  }

  get canvas(): HTMLCanvasElement {
    return this.#screen.canvas;
  }

  /** What is on the screen; null before the first picture. */
  get shown(): Spot | null {
    return this.clock.live ? this.player.shown : this.rewinder.current.get();
  }

  /** Shows what the clock says until stopped; to be called again when it goes live or into the past. @returns the way to stop */
  watch(h264: boolean): () => void {
    const { player, rewinder, topic, key } = this;
    if (!this.clock.live) {
      const unwatch = this.boxSource.watch(() => rewinder.reel.frames);
      rewinder.start();
      return () => {
        rewinder.stop();
        unwatch();
      };
    }
    player.watched(true);
    const unwatch = this.boxSource.watch(null);
    const stop = this.#connection.watch(
      topic,
      key,
      h264,
      (head, picture, painted) => this.hold.receive(head, picture, painted),
      (message) => player.fail(message),
    );
    return () => {
      stop();
      unwatch();
      this.hold.clear();
      this.boxes.freeze();
      player.watched(false);
    };
  }

  /** The picture on the screen as a file: its own bytes, or where it needs others PNG. */
  async snapshot(): Promise<{ blob: Blob; name: string } | null> {
    const { shown } = this;
    if (!shown) return null;
    const still = (this.clock.live ? this.player : this.rewinder).still;
    const blob = still ? new Blob([still.data], { type: still.type }) : await this.#screen.toPng();
    return blob && { blob, name: pictureName(this.key || this.topic, shown.timestampMs, blob.type) };
  }

  close(): void {
    this.#screen.close();
    this.boxes.close();
    this.hold.clear();
    this.player.close();
  }
}
