/** What a viewer is shown while a stream is silent, so that neither he nor his program takes it for broken. */
import type { Picture } from "../../hub/picture.ts";
import { noSignal, shapeOf } from "../../video/no-signal.ts";
import { orAfterEach } from "../wait.ts";

/** How a picture came to be shown; undefined is a new one of the stream. */
export type Signal = "lost" | "ended" | undefined;

export interface SignalledPicture extends Picture {
  signal?: Signal;
}

export interface SilenceOptions {
  next: () => Promise<Picture | undefined>;
  /** Whether the source said that it has ended: then the last picture stays. */
  ended: () => boolean | Promise<boolean>;
  /** So long nothing may come, again and again. */
  afterMs: number;
}

/**
 * Like `next`, but with NO SIGNAL where nothing comes; of a stream that has ended, the last picture once more. Both
 * come again each time, slowly: OpenCV gives a stream up that brings nothing for 30 seconds.
 */
export function fillSilence({ next, ended, afterMs }: SilenceOptions): () => Promise<SignalledPicture | undefined> {
  const orLate = orAfterEach<Picture | undefined>(afterMs);
  let coming: Promise<Picture | undefined> | undefined;
  let last: Picture | undefined;
  let drawn: Picture | undefined;
  return async () => {
    coming ??= next();
    const came = await orLate(coming);
    if (came !== "late") {
      coming = undefined;
      drawn = undefined;
      last = came;
      return came;
    }
    if (last && (await ended())) return { ...last, signal: "ended" };
    drawn ??= { ...(last ?? nothing), type: "image/jpeg", data: noSignal(shapeOf(last?.data)) };
    return { ...drawn, signal: "lost" };
  };
}

const nothing: Picture = {
  key: "",
  type: "image/jpeg",
  partition: 0,
  offset: -1,
  timestampMs: 0,
  data: new Uint8Array(),
  keyFrame: true,
  end: false,
  run: "",
  sequence: null,
  ptsUs: null,
  reorderUs: 0,
  width: null,
  height: null,
  byKt: false,
};

/**
 * At most so many pictures a second, evenly.
 * @param rest true where `next` gives the newest picture whenever it is asked: it is then asked later. Otherwise it
 * has a pace of its own, and pictures that come too early are left out.
 */
export function limitRate(next: () => Promise<Picture | undefined>, fps: number, rest: boolean): () => Promise<Picture | undefined> {
  const intervalMs = 1000 / fps;
  let dueMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (rest && dueMs > performance.now()) await Bun.sleep(dueMs - performance.now());
    let picture = await next();
    while (picture && performance.now() < dueMs) picture = await next();
    // A picture that comes much too late does not bring two after it.
    const nowMs = performance.now();
    dueMs = nowMs - dueMs > intervalMs / 2 ? nowMs + intervalMs : dueMs + intervalMs;
    return picture;
  };
}
