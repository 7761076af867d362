/** One tile of the page: a live stream's frames, no faster than it can show them. */
import type { ServerWebSocket } from "bun";
import { hashOfRun } from "../../format/detections/frame-name.ts";
import { LiveView, type ViewHub } from "../../hub/live/viewer.ts";
import type { Picture } from "../../hub/picture.ts";
import type { WatchMessage } from "../../protocol/client-message.ts";
import { frameFlags, frameHeaderBytes, writeFrameHead } from "../../protocol/frame-head.ts";
import { traffic } from "../traffic.ts";
import { Flight, type PageFlight } from "./flight.ts";
import { type PageLink, Watcher } from "./watcher.ts";

/** Pictures that stand alone: one on its way and one being painted, enough to hide the way, too few to pile up. */
const maxUnpainted = 2;
/** Frames of H.264: each is needed by the next, and a GOP must come fast to who begins in its middle. */
const maxUndecoded = 32;

export class Tile extends Watcher<LiveView> {
  readonly #socket: ServerWebSocket<unknown>;
  readonly #tile: number;
  readonly #flight: Flight;
  readonly #maxBufferedBytes: number;
  #run: string | undefined;
  #end: Picture | undefined;

  /** @param maxBufferedBytes a socket that holds more than this unsent gets nothing new */
  constructor(
    socket: ServerWebSocket<unknown>,
    hub: ViewHub,
    { tile, topic, key, h264 }: WatchMessage,
    page: PageFlight,
    link: PageLink,
    maxBufferedBytes: number,
  ) {
    super(link, tile);
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#flight = new Flight(maxUnpainted, page);
    this.#socket = socket;
    this.#tile = tile;
    void this.open(
      () => LiveView.open(hub, { topic, key, h264 }, () => this.pump()),
      () => this.pump(),
    );
  }

  override close(): void {
    this.#flight.end();
    super.close();
  }

  painted(): void {
    this.#flight.answered(performance.now());
    this.pump();
  }

  /**
   * Sends what there is, as far as the page and its socket have room. A page that is too slow gets the first
   * frames of each GOP: fewer pictures, and none of them old.
   */
  pump(): void {
    const view = this.watching;
    if (!view || this.closed) return;
    const nowMs = performance.now();
    while (this.#hasRoom(nowMs)) {
      if (this.#flight.isLate(view.gopMs, nowMs) && view.skip()) this.#flight.skipped(view.gopMs, nowMs);
      const picture = view.next();
      if (!picture) break;
      this.#flight.most = picture.type === "video/h264" ? maxUndecoded : maxUnpainted;
      this.#send(picture, view.behind, view.takeDropped());
      this.#end = undefined;
    }
    if (view.behind) this.#flight.stop(nowMs);
    else this.#flight.caughtUp();
    const { end } = view;
    if (!end || end === this.#end || !this.#hasRoom(nowMs)) return;
    this.#end = end;
    this.#send(end, false, 0);
  }

  #hasRoom(nowMs: number): boolean {
    return this.#flight.hasRoom(nowMs) && this.#socket.getBufferedAmount() <= this.#maxBufferedBytes;
  }

  #send(picture: Picture, behind: boolean, dropped: number): void {
    const message = new Uint8Array(frameHeaderBytes + picture.data.length);
    const discontinuity = this.#run !== undefined && this.#run !== picture.run;
    this.#run = picture.run;
    const flags =
      (picture.keyFrame ? frameFlags.key : 0) |
      (picture.end ? frameFlags.end : 0) |
      (discontinuity ? frameFlags.discontinuity : 0) |
      (behind ? frameFlags.behind : 0);
    const { type, timestampMs, offset, partition, reorderUs, sequence } = picture;
    const runHash = hashOfRun(picture.run);
    writeFrameHead(new DataView(message.buffer), { tile: this.#tile, type, flags, dropped, timestampMs, offset, partition, reorderUs, runHash, sequence });
    message.set(picture.data, frameHeaderBytes);
    this.#flight.sent(performance.now());
    this.#socket.sendBinary(message);
    traffic.sent("page", message.length, dropped, timestampMs);
  }
}
