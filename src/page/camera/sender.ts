/** A camera's pictures on their way to the server: encoded, left out in whole groups where the line is slow, and counted. */
import { cell } from "../parts/cell.ts";
import { type Encoded, type Encoder, openEncoder } from "./encoder.ts";
import { CameraLink } from "./link.ts";
import { type Picture, pictures } from "./pictures.ts";

export interface Sending {
  /** Whether the server takes frames now. */
  live: boolean;
  codec: string;
  size: string;
  sent: number;
  delivered: number;
  dropped: number;
  bytes: number;
  /** How long a frame takes to the server. */
  wayMs: number | undefined;
  /** What keeps frames from arriving; "" where nothing does. */
  trouble: string;
}

const none: Sending = { live: false, codec: "", size: "", sent: 0, delivered: 0, dropped: 0, bytes: 0, wayMs: undefined, trouble: "" };
/** An encoder that is further behind gets no more for now. */
const mostEncoding = 3;
/** JPEG takes many times the bytes, and a phone's processor. */
const jpegEveryMs = 95;
const usualFps = 30;
/** A trouble that nothing was heard of for so long is over. */
const troubleMs = 3000;

export class Sender {
  readonly state = cell<Sending>(none);
  readonly #video: HTMLVideoElement;
  readonly #link: CameraLink;
  #encoder: Encoder | undefined;
  /** Only a frame that stands alone is sent next. */
  #needsKey = true;
  #keyAsked = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #troubled: ReturnType<typeof setTimeout> | undefined;
  #stopPictures: (() => void) | undefined;
  #ended = false;

  /** @param video plays the camera @param address of the server's path for this stream */
  constructor(video: HTMLVideoElement, address: URL) {
    this.#video = video;
    this.#link = new CameraLink(address, {
      onOpen: () => {
        this.#begin();
        this.#set({ live: true, wayMs: this.#link.wayMs, trouble: "" });
      },
      onLost: (why) => this.#set({ live: false, trouble: why ?? "The connection to kt is lost; it is tried again." }),
      onDelivered: () => this.#set({ delivered: this.state.get().delivered + 1 }),
      onLeftOut: () => this.#set({ dropped: this.state.get().dropped + 1 }),
      onKey: () => this.#begin(),
      onTrouble: (trouble) => {
        clearTimeout(this.#troubled);
        this.#troubled = setTimeout(() => this.#set({ trouble: "" }), troubleMs);
        this.#set({ trouble });
      },
    });
  }

  /** Once the video has a size. @throws Error where nothing can be encoded */
  async start(): Promise<void> {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const [track] = (this.#video.srcObject as MediaStream).getVideoTracks();
    if (!track) throw new Error("The camera has gone.");
    const fps = track.getSettings().frameRate ?? usualFps;
    const fail = (why: string) => this.#set({ trouble: `The browser cannot encode the picture: ${why}` });
    this.#encoder = await openEncoder({ width: width & ~1, height: height & ~1, fps, take: (encoded) => this.#take(encoded), fail });
    if (this.#ended) return this.#encoder.close();
    this.#set({ codec: this.#encoder.name });
    this.#stopPictures = pictures(this.#video, track, (picture) => this.#picture(picture));
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#troubled);
    this.#stopPictures?.();
    this.#encoder?.close();
    this.#link.end();
    this.#set({ live: false });
  }

  #begin(): void {
    this.#needsKey = true;
    this.#keyAsked = false;
  }

  #picture(picture: Picture): void {
    const { width, height, capturedMs } = picture;
    const encoder = this.#encoder as Encoder;
    const isDue = encoder.name !== "JPEG" || capturedMs - this.#lastMs >= jpegEveryMs;
    if (this.#ended || !isDue || !this.#link.isOpen || encoder.waiting >= mostEncoding) {
      if (isDue && this.#link.isOpen) this.#drop();
      picture.close();
      return;
    }
    this.#lastMs = capturedMs;
    const key = this.#needsKey && !this.#keyAsked && this.#link.hasRoom;
    if (key) this.#keyAsked = true;
    const size = `${width}x${height}`;
    if (size !== this.state.get().size) this.#set({ size });
    encoder.encode(picture, key);
  }

  #take({ kind, data, capturedMs }: Encoded): void {
    if (this.#ended) return;
    const stands = kind !== "delta";
    if (!this.#link.hasRoom || (this.#needsKey && !stands)) {
      // What follows needs this one, up to the next that needs none.
      if (!this.#needsKey || stands) this.#begin();
      this.#drop();
      return;
    }
    this.#needsKey = false;
    this.#keyAsked = false;
    this.#link.send(kind, data, capturedMs);
    const { sent, bytes } = this.state.get();
    this.#set({ sent: sent + 1, bytes: bytes + data.length, wayMs: this.#link.wayMs });
  }

  #drop(): void {
    this.#link.skip();
    this.#set({ dropped: this.state.get().dropped + 1 });
  }

  #set(change: Partial<Sending>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
