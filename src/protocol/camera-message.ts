/** What a browser that sends its camera, and the server, say to each other: frames as bytes, the rest as JSON. */

export type CameraSays =
  /** Asks for the server's clock; sentMs comes back as it is. */
  | { type: "time"; sentMs: number }
  /** That was all: the stream has ended well. */
  | { type: "end" };

export type CameraTold =
  /** Frames may come. */
  | { type: "ready"; mostFrameBytes: number }
  | { type: "time"; sentMs: number; serverMs: number }
  /** What became of a frame: it is in the log, or it was left out. */
  | { type: "delivered" | "left-out"; sequence: number }
  /** What was sent before is lost: the next frame has to stand alone. */
  | { type: "key" }
  | { type: "trouble"; message: string };

export const cameraKinds = ["delta", "key", "jpeg"] as const;

/** In front of each frame: kind u8, three bytes of zero, sequence u32, captured f64; little-endian. */
export const cameraHeadBytes = 16;

export interface CameraHead {
  kind: (typeof cameraKinds)[number];
  /** Counts the frames of a connection, those included that were not sent. */
  sequence: number;
  /** When it was captured by the server's clock, in ms since 1970. */
  capturedMs: number;
}

export function writeCameraHead(view: DataView, { kind, sequence, capturedMs }: CameraHead): void {
  view.setUint8(0, cameraKinds.indexOf(kind));
  view.setUint32(4, sequence, true);
  view.setFloat64(8, capturedMs, true);
}

/** undefined where it is none. */
export function readCameraHead(view: DataView): CameraHead | undefined {
  const kind = view.byteLength >= cameraHeadBytes ? cameraKinds[view.getUint8(0)] : undefined;
  const capturedMs = kind && view.getFloat64(8, true);
  if (kind === undefined || !Number.isFinite(capturedMs)) return undefined;
  return { kind, sequence: view.getUint32(4, true), capturedMs: capturedMs as number };
}
