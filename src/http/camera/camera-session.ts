/** One browser's camera, from its first frame to its last: each looked at, written in order, and told of. */
import { KtError } from "../../errors.ts";
import { type CameraHead, type CameraSays, type CameraTold, cameraHeadBytes, readCameraHead } from "../../protocol/camera-message.ts";
import { endRecord, type Frame, frameRecord, type Stream } from "../../video/frame.ts";
import { full } from "../take/body.ts";
import type { Refused } from "../take/refused.ts";
import { newRun } from "../take/runs.ts";
import { taken } from "../take/taken.ts";
import type { Taking, Target, Writer } from "../take/taking.ts";
import { type Described, lookAt } from "./camera-frame.ts";

/** The largest that a frame may be, whatever its topic takes. */
export const mostFrameBytes = 4 << 20;
/** More than a record's key and headers, and the batch around it, ever have. */
const recordOverheadBytes = 4096;
/** What may wait for its acknowledgement: some seconds of a camera. */
const mostWaitingFrames = 150;
const mostWaitingBytes = 8 << 20;
/** No camera of a browser has more. */
const mostFramesPerSecond = 120;
/** A device's clock may be wrong, and its network slow; what is further from now is of now. */
const mostAgeMs = 60_000;
const mostAheadMs = 1000;

export interface CameraLink {
  send(message: CameraTold): void;
  /** @param code of RFC 6455, 7.4.1 */
  close(code: number, why: string): void;
}

export class CameraSession {
  readonly #link: CameraLink;
  readonly #taking: Taking;
  readonly #target: Target;
  readonly #writer: Writer;
  readonly #name: string;
  #stream: Stream;
  /** Of the first frame of the run. */
  #begin: { sequence: number; capturedMs: number } | undefined;
  #last: Described | undefined;
  /** Something before was lost: what needs it is left out. */
  #needsKey = true;
  #waitingFrames = 0;
  #waitingBytes = 0;
  #lastMs = 0;
  #second = { beganMs: 0, frames: 0 };
  #idle: (() => void) | undefined;

  constructor(link: CameraLink, taking: Taking, target: Target, name: string, address: string) {
    this.#link = link;
    this.#taking = taking;
    this.#target = target;
    this.#name = name;
    this.#writer = { kind: "camera", address, to: `${target.topic} as ${JSON.stringify(name)}` };
    this.#stream = this.#newRun();
    link.send({ type: "ready", mostFrameBytes: this.#mostBytes });
  }

  /** @throws Error where it is nothing that kt's page sends */
  receive(message: string | Uint8Array): void {
    const said = typeof message === "string" ? (JSON.parse(message) as Partial<CameraSays> | null) : undefined;
    if (typeof message !== "string") this.#frame(message);
    else if (said?.type === "time" && typeof said.sentMs === "number") this.#link.send({ type: "time", sentMs: said.sentMs, serverMs: Date.now() });
    else if (said?.type === "end") void this.#end();
    else throw new Error("neither time nor end");
  }

  get #mostBytes(): number {
    return Math.min(mostFrameBytes, (this.#target.limit ?? mostFrameBytes) - recordOverheadBytes);
  }

  #newRun(): Stream {
    this.#begin = undefined;
    return { topic: this.#target.topic, name: this.#name, run: newRun() };
  }

  #frame(message: Uint8Array): void {
    const head = readCameraHead(new DataView(message.buffer, message.byteOffset, message.byteLength));
    if (!head) throw new Error("a frame without its head");
    this.#checkRate();
    const { kind, sequence } = head;
    if (kind === "delta" && this.#needsKey) {
      this.#leaveOut(sequence);
      return;
    }
    const data = message.slice(cameraHeadBytes);
    const looked = lookAt(kind, data, this.#last);
    if (typeof looked === "string") throw new Error(`a frame that ${looked}`);
    const why = this.#whyNot(data.length);
    if (why) {
      this.#link.send({ type: "trouble", message: why });
      this.#leaveOut(sequence);
      return;
    }
    this.#needsKey = false;
    if (looked.key) this.#last = { width: looked.width, height: looked.height, codec: looked.codec };
    void this.#write({ ...looked, data }, head);
  }

  /** @throws Error where more come than any camera makes */
  #checkRate(): void {
    const nowMs = performance.now();
    if (nowMs - this.#second.beganMs > 1000) this.#second = { beganMs: nowMs, frames: 0 };
    if (++this.#second.frames > mostFramesPerSecond) throw new Error(`more than ${mostFramesPerSecond} frames a second`);
  }

  /** Why a frame cannot be taken now. */
  #whyNot(bytes: number): string | undefined {
    if (bytes > this.#mostBytes) return `A frame has ${bytes} bytes, and topic '${this.#target.topic}' takes ${this.#mostBytes}: choose a smaller picture.`;
    if (this.#waitingFrames >= mostWaitingFrames || this.#waitingBytes + bytes > mostWaitingBytes)
      return "Kafka does not take the frames as fast as they come.";
    if (!this.#taking.budget.hasRoom(bytes)) return full(this.#taking.budget).message;
    try {
      this.#taking.checkRate(this.#writer.address);
    } catch (error) {
      return (error as Refused).message;
    }
    return undefined;
  }

  #leaveOut(sequence: number): void {
    taken.leftOut++;
    this.#link.send({ type: "left-out", sequence });
    if (!this.#needsKey) this.#link.send({ type: "key" });
    this.#needsKey = true;
  }

  async #write(picture: Omit<Frame, "ptsUs" | "dtsUs">, { sequence, capturedMs }: CameraHead): Promise<void> {
    const bytes = picture.data.length;
    const timestampMs = this.#captured(capturedMs);
    this.#begin ??= { sequence, capturedMs: timestampMs };
    const ptsUs = (timestampMs - this.#begin.capturedMs) * 1000;
    const stream = this.#stream;
    const record = frameRecord(stream, { ...picture, ptsUs, dtsUs: ptsUs }, Math.max(0, sequence - this.#begin.sequence), timestampMs);
    using holding = this.#taking.budget.open();
    holding.grow(bytes);
    this.#waitingFrames++;
    this.#waitingBytes += bytes;
    const failure = await this.#send(record);
    this.#waitingFrames--;
    this.#waitingBytes -= bytes;
    if (this.#waitingFrames === 0) this.#idle?.();
    if (failure === undefined) {
      this.#link.send({ type: "delivered", sequence });
      return;
    }
    this.#link.send({ type: "trouble", message: failure });
    this.#leaveOut(sequence);
    // What follows is told apart from what came before the gap.
    if (this.#stream === stream) this.#stream = this.#newRun();
  }

  /** @returns why it was not acknowledged */
  async #send(record: ReturnType<typeof frameRecord>): Promise<string | undefined> {
    try {
      return (await this.#taking.send(this.#writer, this.#target, [record])).failure?.sentence;
    } catch (error) {
      return KtError.from(error).sentence;
    }
  }

  /** Never before that of the frame before it. */
  #captured(capturedMs: number): number {
    const nowMs = Date.now();
    const isNear = capturedMs > nowMs - mostAgeMs && capturedMs < nowMs + mostAheadMs;
    // Ours may have been set back since then: its frames would all have one time for so long.
    if (this.#lastMs > nowMs + mostAheadMs) this.#lastMs = 0;
    this.#lastMs = Math.max(this.#lastMs, isNear ? capturedMs : nowMs);
    return this.#lastMs;
  }

  async #end(): Promise<void> {
    if (this.#waitingFrames > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    if (this.#begin) await this.#send(endRecord(this.#stream, this.#lastMs));
    this.#link.close(1000, "the camera has ended");
  }
}
