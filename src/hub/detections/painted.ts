/** Pictures with what was seen in them drawn into them, for plain clients. */
import { colorOfLabel } from "../../format/detections/colors.ts";
import { hashOfRun, namesOf } from "../../format/detections/frame-name.ts";
import { drawBoxes, type PixelBox } from "../../video/ffmpeg/draw-boxes.ts";
import { pictureSize, type Size } from "../../video/formats/picture-size.ts";
import type { Hub } from "../hub.ts";
import type { Picture } from "../picture.ts";
import type { Detected } from "./detected.ts";
import { requestsFor } from "./requests.ts";

type PaintHub = Pick<Hub, "catalogue" | "detections" | "archive" | "ffmpeg">;

const lookEveryMs = 100;
/** A picture that is older is not waited for. */
const youngMs = 10_000;

/**
 * All of one stream, JPEG or PNG: as JPEG where boxes were drawn, and otherwise as they are.
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
  const boxed = pictures.map((picture, i) => {
    const of = named[i];
    const size = pictureSize(picture.data);
    return {
      data: picture.data,
      boxes: of && size ? latest(namesOf(of).flatMap((name) => found.get(name) ?? [])).flatMap((one) => pixelBoxes(one, size)) : [],
    };
  });
  if (boxed.every(({ boxes }) => boxes.length === 0)) return [...pictures];
  const type = first.type === "image/png" ? first.type : "image/jpeg";
  const drawn = await drawBoxes(hub.ffmpeg(), type, boxed, signal);
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

function pixelBoxes({ size, objects }: Detected, picture: Size): PixelBox[] {
  const [across, down] = size ? [picture.width / size[0], picture.height / size[1]] : [1, 1];
  return objects.flatMap(({ label, color, box, points }) => {
    // Of an outline the box around it is drawn.
    const [xs, ys] = box
      ? [
          [box[0], box[0] + box[2]],
          [box[1], box[1] + box[3]],
        ]
      : [(points ?? []).map(([x]) => x), (points ?? []).map(([, y]) => y)];
    const part = (values: number[], scale: number, most: number) => {
      const [from, to] = [Math.round(Math.max(0, Math.min(...values) * scale)), Math.round(Math.min(most, Math.max(...values) * scale))];
      return to > from ? [from, to - from] : undefined;
    };
    const [x, y] = [part(xs, across, picture.width), part(ys, down, picture.height)];
    return x && y ? [{ x: x[0] as number, y: y[0] as number, width: x[1] as number, height: y[1] as number, color: color ?? colorOfLabel(label) }] : [];
  });
}
