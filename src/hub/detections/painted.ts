/** Pictures with what was seen in them drawn into them, for plain clients. */
import { hashOfRun, namesOf } from "../../format/detections/frame-name.ts";
import { type Covered, layOver } from "../../video/ffmpeg/lay-over.ts";
import { checkSize, pictureSize } from "../../video/formats/picture-size.ts";
import type { Hub } from "../hub.ts";
import type { Picture } from "../picture.ts";
import type { Detected } from "./detected.ts";
import { layerOf } from "./layer.ts";
import { requestsFor } from "./requests.ts";

type PaintHub = Pick<Hub, "catalogue" | "detections" | "archive" | "ffmpeg">;

const lookEveryMs = 100;
/** A picture that is older is not waited for. */
const youngMs = 10_000;

/**
 * All of one stream, JPEG or PNG: as JPEG where something is drawn, and otherwise as they are.
 * @param waitMs so long it is waited for what was seen in the newest of them
 * @throws KtError where the log cannot be read, or ffmpeg draws nothing
 */
export async function painted(hub: PaintHub, topic: string, pictures: readonly Picture[], waitMs: number, signal?: AbortSignal): Promise<Picture[]> {
  const [first] = pictures;
  if (!first) return [];
  const requests = requestsFor(hub, { topic, key: first.key });
  if (requests.length === 0) return [...pictures];
  const named = pictures.map(({ run, ...picture }) => ({ ...picture, runHash: hashOfRun(run) }));
  const untilMs = performance.now() + waitMs;
  let found: Map<string, Detected[]>;
  for (;;) {
    const log = signal ? hub.archive.until(signal) : hub.archive;
    const seen = (await Promise.all(requests.map((request) => hub.detections.log.of(log, request, named)))).flat();
    found = Map.groupBy(seen, ({ name }) => name);
    const last = named.at(-1);
    const isThere = !last || namesOf(last).some((name) => found.has(name));
    if (isThere || performance.now() >= untilMs || Date.now() - last.timestampMs > youngMs) break;
    await Bun.sleep(lookEveryMs);
  }
  const seen = named.map((frame) => latest(namesOf(frame).flatMap((name) => found.get(name) ?? [])));
  // Of a stream of PNG all become JPEG, as whoever encodes them on takes one kind.
  if (first.type === "image/jpeg" && seen.every(({ length }) => length === 0)) return [...pictures];
  const done: Picture[] = [];
  for (let from = 0, to = 0; from < pictures.length; from = to) {
    while (to < pictures.length && isAlike(pictures[from] as Picture, pictures[to] as Picture)) to++;
    done.push(...(await covered(hub.ffmpeg(), pictures.slice(from, to), seen.slice(from, to), signal)));
  }
  return done;
}

/** ffmpeg would begin again at another size, and lay over the one what is of the other. */
function isAlike(one: Picture, other: Picture): boolean {
  const [its, others] = [pictureSize(one.data), pictureSize(other.data)];
  return one.type === other.type && its?.width === others?.width && its?.height === others?.height;
}

/** @param pictures all alike @param seen in each of them */
async function covered(ffmpeg: string, pictures: Picture[], seen: Detected[][], signal?: AbortSignal): Promise<Picture[]> {
  const [first] = pictures;
  const size = first && pictureSize(first.data);
  if (!first || !size) return pictures;
  checkSize(first.data);
  const layers: Covered[] = [];
  for (const [i, { data }] of pictures.entries()) layers.push({ data, over: await layerOf(seen[i] ?? [], size).png() });
  const drawn = await layOver(ffmpeg, first.type === "image/png" ? first.type : "image/jpeg", layers, signal);
  return pictures.map((picture, i) => ({ ...picture, type: "image/jpeg" as const, data: drawn[i] as Uint8Array }));
}

/** What was written again for the same picture takes the place of what was there before. */
function latest(seen: readonly Detected[]): Detected[] {
  const newest = new Map<string, number>();
  for (const { topic, partition, offset, partial } of seen) {
    const name = `${topic}/${partition}`;
    if (!partial) newest.set(name, Math.max(offset, newest.get(name) ?? 0));
  }
  return seen.filter(({ topic, partition, offset, partial }) => partial || newest.get(`${topic}/${partition}`) === offset);
}
