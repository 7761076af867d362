/** What was written by HTTP since the server began. */

/** Records as they are or as lines, single pictures, and cameras by a browser. */
export const takenKinds = ["records", "frame", "camera"] as const;
export type TakenKind = (typeof takenKinds)[number];

const counts = () => ({ records: 0, bytes: 0, failed: 0 });

export const taken = {
  counts: Object.fromEntries(takenKinds.map((kind) => [kind, counts()])) as Record<TakenKind, ReturnType<typeof counts>>,
  /** Requests that were answered 429, as too much waited or came too fast. */
  full: 0,
  /** Browsers that send their camera now. */
  cameras: 0,
  /** Frames of theirs that were left out, as Kafka took none. */
  leftOut: 0,
  /** Bytes that wait for Kafka. */
  waitingBytes: () => 0,
};
