/** Pictures of a camera into H.264 by WebCodecs, or into JPEG where the browser has no encoder for it. */
import type { CameraHead } from "../../protocol/camera-message.ts";
import type { Picture } from "./pictures.ts";

export interface Encoded {
  kind: CameraHead["kind"];
  data: Uint8Array;
  /** By performance.now(). */
  capturedMs: number;
}

export interface Encoder {
  readonly name: "H.264" | "JPEG";
  /** Pictures that it has not encoded yet. */
  readonly waiting: number;
  /** The picture is closed by it. @param key whether it has to stand alone */
  encode(picture: Picture, key: boolean): void;
  close(): void;
}

export interface EncoderOptions {
  width: number;
  height: number;
  fps: number;
  take(encoded: Encoded): void;
  /** It works no more. */
  fail(why: string): void;
}

/** Baseline, which every decoder takes, by levels: up to 1280x720, 1920x1088, 4096x2304 at 30 frames a second. */
const codecs = ["avc1.42E01F", "avc1.42E028", "avc1.42E033"];
/** A person on a 720p picture is clear with 2 megabits a second. */
const bitsPerPixel = 0.08;
const keyEveryMs = 2000;
const jpegQuality = 0.8;

export async function openEncoder(options: EncoderOptions): Promise<Encoder> {
  const config = await configFor(options);
  return config ? new H264Encoder(config, options) : new JpegEncoder(options);
}

async function configFor({ width, height, fps }: EncoderOptions): Promise<VideoEncoderConfig | undefined> {
  if (typeof VideoEncoder === "undefined") return undefined;
  const bitrate = Math.round(width * height * fps * bitsPerPixel);
  for (const codec of codecs) {
    const config: VideoEncoderConfig = { codec, width, height, framerate: fps, bitrate, latencyMode: "realtime", avc: { format: "annexb" } };
    const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }));
    if (supported) return config;
  }
  return undefined;
}

class H264Encoder implements Encoder {
  readonly name = "H.264";
  readonly #encoder: VideoEncoder;
  readonly #config: VideoEncoderConfig;
  /** When each picture was captured, by its timestamp, until it is encoded. */
  readonly #captured = new Map<number, number>();
  #size: string;
  #lastKeyMs = Number.NEGATIVE_INFINITY;

  constructor(config: VideoEncoderConfig, { take, fail }: EncoderOptions) {
    this.#config = config;
    this.#size = `${config.width}x${config.height}`;
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        const capturedMs = this.#captured.get(chunk.timestamp) ?? chunk.timestamp / 1000;
        this.#captured.delete(chunk.timestamp);
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        take({ kind: chunk.type, data, capturedMs });
      },
      error: ({ message }) => fail(message),
    });
    this.#encoder.configure(config);
  }

  get waiting(): number {
    return this.#encoder.encodeQueueSize;
  }

  encode(picture: Picture, key: boolean): void {
    const { image, capturedMs } = picture;
    if (this.#encoder.state !== "configured" || !(image instanceof VideoFrame)) {
      picture.close();
      return;
    }
    // A phone that is turned has a picture of another shape from then on.
    const [width, height] = [picture.width & ~1, picture.height & ~1];
    const turned = `${width}x${height}` !== this.#size;
    if (turned) {
      this.#size = `${width}x${height}`;
      this.#encoder.configure({ ...this.#config, width, height });
    }
    const keyFrame = key || turned || capturedMs - this.#lastKeyMs >= keyEveryMs;
    if (keyFrame) this.#lastKeyMs = capturedMs;
    this.#captured.set(image.timestamp, capturedMs);
    this.#encoder.encode(image, { keyFrame });
    picture.close();
  }

  close(): void {
    if (this.#encoder.state !== "closed") this.#encoder.close();
  }
}

class JpegEncoder implements Encoder {
  readonly name = "JPEG";
  waiting = 0;
  readonly #take: EncoderOptions["take"];
  readonly #canvas = document.createElement("canvas");

  constructor({ take }: EncoderOptions) {
    this.#take = take;
  }

  encode(picture: Picture): void {
    const { image, width, height, capturedMs } = picture;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
    picture.close();
    this.waiting++;
    this.#canvas.toBlob(
      async (blob) => {
        const data = blob && new Uint8Array(await blob.arrayBuffer());
        this.waiting--;
        if (data) this.#take({ kind: "jpeg", data, capturedMs });
      },
      "image/jpeg",
      jpegQuality,
    );
  }

  close(): void {}
}
