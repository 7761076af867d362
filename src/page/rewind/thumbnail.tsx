/** A small picture of the time below the pointer. */
import { useEffect, useRef } from "preact/hooks";
import { hashOfRun } from "../../format/detections/frame-name.ts";
import { BoxLayer } from "../boxes/box-layer.ts";
import { BoxSource } from "../boxes/box-source.ts";
import type { Connection } from "../connection.ts";
import { decodesH264, hasWebCodecs } from "../live/h264.ts";
import type { Size } from "../live/picture.ts";
import { Screen } from "../live/screen.ts";
import { StillPainter } from "../live/still.ts";
import { Reel, type ReelFrame } from "./reel.ts";
import { ReelDecoder } from "./reel-decoder.ts";

/** Of one stream; the newest time that was asked for is fetched when the last one is there. */
export class Thumbnails {
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #key: string;
  readonly #reel = new Reel();
  readonly #decoder: ReelDecoder;
  readonly #stills: StillPainter;
  #wantedMs: number | undefined;
  #fetching = false;
  readonly #closed = new AbortController();
  readonly #boxes: BoxLayer;
  readonly #source: BoxSource;
  readonly #unwatch: () => void;

  constructor(connection: Connection, topic: string, key: string, screen: Screen, layer: HTMLCanvasElement) {
    this.#connection = connection;
    this.#topic = topic;
    this.#key = key;
    this.#boxes = new BoxLayer(layer, screen);
    this.#source = new BoxSource(connection, topic, key, this.#boxes, () => {});
    this.#unwatch = this.#source.watch(() => []);
    this.#stills = new StillPainter(screen, () => {});
    this.#decoder = new ReelDecoder({
      draw: (picture, frame) => {
        screen.draw(picture, picture.displayWidth, picture.displayHeight);
        this.#shown(frame, { width: picture.displayWidth, height: picture.displayHeight });
      },
      fail: () => {},
      damaged: () => {},
      unsupported: () => {},
    });
  }

  show(timeMs: number): void {
    this.#wantedMs = timeMs;
    if (!this.#fetching) void this.#fetch();
  }

  close(): void {
    this.#wantedMs = undefined;
    this.#closed.abort();
    this.#unwatch();
    this.#boxes.close();
    this.#decoder.reset();
    this.#stills.reset();
  }

  #shown(frame: ReelFrame, size: Size): void {
    this.#boxes.painted({ ...frame, runHash: hashOfRun(frame.run) }, size, false);
    this.#source.want([frame]);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    for (let timeMs = this.#wantedMs; timeMs !== undefined; timeMs = this.#wantedMs) {
      this.#wantedMs = undefined;
      try {
        // Spaced: only a picture that needs no other, which is near enough for a thumbnail.
        const h264 = hasWebCodecs && decodesH264.get();
        const piece = await this.#connection.piece({ topic: this.#topic, key: this.#key, h264, at: { timeMs }, spacingMs: 1 }, this.#closed.signal);
        this.#reel.clear();
        this.#reel.append(piece);
        const frame = this.#reel.at(timeMs);
        if (frame?.type === "video/h264") {
          this.#decoder.reset();
          this.#decoder.show(this.#reel, frame, true);
        } else if (frame) this.#stills.show({ data: frame.data, type: frame.type, shown: (size) => this.#shown(frame, size), done: () => {} });
      } catch {
        // The line says the time all the same.
      }
    }
    this.#fetching = false;
  }
}

export function Thumbnail({ connection, topic, keyName, timeMs }: { connection: Connection; topic: string; keyName: string; timeMs: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(null);
  const thumbnails = useRef<Thumbnails | null>(null);
  useEffect(() => {
    const screen = new Screen(canvas.current as HTMLCanvasElement, true);
    const made = new Thumbnails(connection, topic, keyName, screen, layer.current as HTMLCanvasElement);
    thumbnails.current = made;
    return () => {
      made.close();
      screen.close();
    };
  }, [connection, topic, keyName]);
  useEffect(() => thumbnails.current?.show(timeMs), [timeMs, connection, topic, keyName]);
  return (
    <span class="thumbnail-box">
      <canvas ref={canvas} class="thumbnail" width={16} height={9} />
      <canvas ref={layer} class="thumbnail-boxes" width={0} height={0} />
    </span>
  );
}
