/**
 * What the page says to the server over /ws, as JSON. The shapes below are both the types that the page sends by and
 * the reader that the server receives by: whatever else comes is refused before anything looks at it.
 */
import * as v from "valibot";

/** Of Kafka's own: longer names of topics are not to be had. */
const topic = v.pipe(v.string(), v.nonEmpty(), v.maxLength(249));
/** A stream's name is a record's key, which may be long. */
const key = v.pipe(v.string(), v.maxLength(65_536));
/** Without control characters: it is told of in lines of text, and Kafka's client ends it at a NUL. */
const group = v.pipe(v.string(), v.regex(/^\P{Cc}{1,255}$/u));
const text = v.pipe(v.string(), v.maxLength(10_000));

const whole = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
/** Tiles, panels and requests have numbers that the page gives, each once: a u32 in front of a frame. */
const number = whole(2 ** 32 - 1);
const partition = whole(2 ** 31 - 1);
const offset = whole(Number.MAX_SAFE_INTEGER);
/** Records may have any time, and between two of them there is more. */
const timeMs = v.pipe(v.number(), v.finite());

/** A picture's place among those of its stream. */
const spot = v.object({ partition, offset, timestampMs: timeMs });
export type Spot = v.InferOutput<typeof spot>;

/** Where a piece is to be. */
const pieceAt = v.union([
  /** With the picture that was shown at that time, from the key frame that it needs; where there is none yet, the first. */
  v.object({ timeMs }),
  /** What follows a picture. */
  v.object({ after: spot }),
  /** What precedes a picture, from a key frame on. */
  v.object({ before: spot }),
]);
export type PieceAt = v.InferOutput<typeof pieceAt>;

/** A piece has fewer. */
export const mostNamedFrames = 512;

const recordFilter = v.object({
  /** "" finds every key, or every record. */
  key: text,
  /** Found in the key or in the value. */
  text,
});
export type RecordFilter = v.InferOutput<typeof recordFilter>;

const kind = <const Name extends string>(name: Name) => v.literal(name);

/**
 * Show a stream: frames come with this tile's number, so many at most that are not answered yet as the
 * server sees fit. Where the browser cannot decode H.264, it is sent as JPEG.
 */
const watch = v.object({ type: kind("watch"), tile: number, topic, key, h264: v.boolean() });
const unwatch = v.object({ type: kind("unwatch"), tile: number });
/** A frame of the tile is on the screen, or was thrown away: the next may come. */
const painted = v.object({ type: kind("painted"), tile: number });

/** Some pictures of a stream out of the log. */
const piece = v.object({
  type: kind("piece"),
  request: number,
  topic,
  key,
  /** False where H.264 has to come as JPEG. */
  h264: v.boolean(),
  at: pieceAt,
  /** Where it is not 0, only pictures that need no other, at least so far apart. */
  spacingMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
});
/** A picture by all that a detection may call it by. */
const namedFrame = v.object({ partition, offset, timestampMs: timeMs, runHash: number, sequence: v.nullable(offset) });
/** What was seen in some pictures, which are near each other in time. */
const detections = v.object({ type: kind("detections"), request: number, topic, key, frames: v.pipe(v.array(namedFrame), v.maxLength(mostNamedFrames)) });
/** When which labels were seen in a stream, in a span of time or in all that the log holds. */
const events = v.object({ type: kind("events"), request: number, topic, key, span: v.nullable(v.object({ fromMs: timeMs, toMs: timeMs })) });
/** What a topic of data said of a stream at a time. */
const said = v.object({ type: kind("said"), request: number, topic, key, timeMs });
/** Which times the log holds of a stream. */
const extent = v.object({ type: kind("extent"), request: number, topic, key });
/** Where a named group is in a stream. */
const place = v.object({ type: kind("place"), request: number, group, topic, key });
/** What was asked for under this number is needed no more: it is not answered, where it was not yet. */
const withdraw = v.object({ type: kind("withdraw"), request: number });
/** The group has seen the pictures up to this one. */
const seen = v.object({ type: kind("seen"), group, topic, key, spot });

// What a panel shows of a topic. Each kind begins with what the topic holds, and goes on with what comes.
/** The last records, or the last of those in whose key or value the texts are found, whatever their case. */
const tail = v.object({ type: kind("tail"), panel: number, topic, filter: v.nullable(recordFilter) });
/** The names that lead to a field. */
const path = v.pipe(v.array(text), v.maxLength(32));
/** The latest record of each key; with `by`, of each value of the field at that path. */
const table = v.object({ type: kind("table"), panel: number, topic, by: v.nullable(path) });
/** One record of such a table, and the last of its row before and after it, all whole. */
const history = v.object({ type: kind("history"), panel: number, topic, by: v.nullable(path), partition, offset });
/** What all records since a time, ms since 1970, say together; `by` names the field that stands for the key where there is none. */
const chart = v.object({ type: kind("chart"), panel: number, topic, sinceMs: v.nullable(timeMs), by: v.nullable(text) });
/** What is seen in a stream from now on. */
const boxes = v.object({ type: kind("boxes"), panel: number, topic, key });
const untail = v.object({ type: kind("untail"), panel: number });

export const clientMessage = v.variant("type", [
  watch,
  unwatch,
  painted,
  piece,
  detections,
  events,
  said,
  extent,
  place,
  withdraw,
  seen,
  tail,
  table,
  history,
  chart,
  boxes,
  untail,
]);
export type ClientMessage = v.InferOutput<typeof clientMessage>;
export type WatchMessage = v.InferOutput<typeof watch>;
export type SeenMessage = v.InferOutput<typeof seen>;
/** What is answered, once, under its number. */
export type RequestMessage = Exclude<Extract<ClientMessage, { request: number }>, { type: "withdraw" }>;
export type PieceRequest = Omit<v.InferOutput<typeof piece>, "type">;
export type PanelMessage = Exclude<Extract<ClientMessage, { panel: number }>, { type: "untail" }>;

/** @throws Error whose sentence says where the text is no message of the page */
export function readClientMessage(given: string): ClientMessage {
  const read = v.safeParse(clientMessage, parse(given), { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new Error([v.getDotPath(issue), issue.message].filter(Boolean).join(": "));
}

function parse(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new Error("not JSON");
  }
}
