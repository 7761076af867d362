/**
 * What an MP4 or QuickTime file itself says of its first video track: how many pictures it stores, and which of
 * them its edit list shows. ISO/IEC 14496-12, 8.6.6. ffmpeg decodes what is cut away and shows none of it, and
 * does not say so.
 */
import { type FileHandle, open } from "node:fs/promises";
import { boxesIn, path } from "./fragments.ts";

export interface Mp4Index {
  /** Pictures that are shown. */
  shown: number;
  /** Pictures are cut away that others need which are shown: a copy would show them as well. */
  cut: boolean;
}

/** The tables of ten hours of video at 60 frames a second have less than a tenth of it. */
const maxIndexBytes = 256 << 20;
/** A day at 90 pictures a second has fewer. A table says in eight bytes that there are four billion. */
const maxSamples = 1 << 23;
const maxEdits = 1000;
/** Before the index; a file in fragments has it at its begin. */
const maxBoxes = 10_000;

/**
 * Undefined of a file that is no such file, is stored in fragments, or cannot be read.
 * @param trackId without it, the first track of video
 */
export async function readMp4Index(file: string, trackId: number | undefined): Promise<Mp4Index | undefined> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return undefined;
  try {
    const movie = await findMovie(handle);
    return movie && indexOf(movie, trackId);
  } catch {
    // What is wrong with the file is told by ffmpeg, in its own words.
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The content of the box "moov", wherever it stands. */
async function findMovie(handle: FileHandle): Promise<Uint8Array | undefined> {
  const { size: fileBytes } = await handle.stat();
  const header = Buffer.alloc(16);
  for (let at = 0, boxes = 0; at + 8 <= fileBytes && boxes < maxBoxes; boxes++) {
    const { bytesRead } = await handle.read(header, 0, 16, at);
    const size32 = header.readUInt32BE(0);
    // 1 says that a size of 64 bits follows, 0 that the box is the last.
    const bytes = size32 === 1 && bytesRead === 16 ? Number(header.readBigUInt64BE(8)) : size32 === 0 ? fileBytes - at : size32;
    const headerBytes = size32 === 1 ? 16 : 8;
    if (bytes < headerBytes || !/^[\w ]{4}$/.test(header.toString("latin1", 4, 8))) return undefined;
    if (header.toString("latin1", 4, 8) === "moov") {
      if (bytes > maxIndexBytes) return undefined;
      const movie = Buffer.alloc(bytes - headerBytes);
      await handle.read(movie, 0, movie.length, at + headerBytes);
      return movie;
    }
    at += bytes;
  }
  return undefined;
}

interface Edit {
  /** In units of the track; of what is shown up to the end, infinite. */
  from: number;
  until: number;
}

/**
 * @param movie the content of the box "moov"
 * @throws RangeError where a table says what no file has
 */
export function indexOf(movie: Uint8Array, trackId: number | undefined): Mp4Index | undefined {
  const tracks = boxesIn(movie).filter(({ type }) => type === "trak");
  const track = tracks.find(({ body }) => (trackId === undefined ? isVideo(body) : idOf(body) === trackId))?.body;
  const tables = track && path(track, "mdia", "minf", "stbl");
  const [movieScale, mediaScale] = [timescale(path(movie, "mvhd")), timescale(track && path(track, "mdia", "mdhd"))];
  if (!track || !tables || !movieScale || !mediaScale) return undefined;
  const shownAt = presentationTimes(tables);
  if (shownAt.length === 0) return undefined;
  const edits = editsOf(path(track, "edts", "elst"), mediaScale / movieScale);
  const isShown = (time: number) => edits.length === 0 || edits.some(({ from, until }) => time >= from && time < until);
  const keys = keyFrames(tables);
  let shown = 0;
  // Several edits may show the pictures in another order, or twice.
  let cut = edits.length > 1;
  let [shownInGroup, hiddenInGroup] = [0, 0];
  for (const [i, time] of shownAt.entries()) {
    if (!keys || keys.has(i)) shownInGroup = hiddenInGroup = 0;
    if (isShown(time)) {
      shown++;
      shownInGroup++;
    } else hiddenInGroup++;
    cut ||= shownInGroup > 0 && hiddenInGroup > 0;
  }
  return { shown, cut };
}

function isVideo(track: Uint8Array): boolean {
  const handler = path(track, "mdia", "hdlr");
  return handler !== undefined && words(handler)[2] === 0x76696465; // "vide"
}

function idOf(track: Uint8Array): number | undefined {
  const header = words(path(track, "tkhd"));
  return header[(header[0] ?? 0) >>> 24 === 1 ? 5 : 3];
}

/** Of each sample, in the order in which they are stored. */
function presentationTimes(tables: Uint8Array): number[] {
  const [, durations = 0, ...durationRuns] = words(path(tables, "stts"));
  const [, shifts = 0, ...shiftRuns] = words(path(tables, "ctts"));
  const times: number[] = [];
  let time = 0;
  for (let run = 0; run < durations && run * 2 < durationRuns.length; run++)
    for (let left = durationRuns[run * 2] ?? 0; left > 0; left--) {
      if (times.push(time) > maxSamples) throw new RangeError("too many pictures");
      time += durationRuns[run * 2 + 1] ?? 0;
    }
  let at = 0;
  for (let run = 0; run < shifts && run * 2 < shiftRuns.length; run++)
    for (let left = shiftRuns[run * 2] ?? 0; left > 0 && at < times.length; left--) times[at] = (times[at++] as number) + ((shiftRuns[run * 2 + 1] ?? 0) | 0);
  return times;
}

/** Their numbers from 0; undefined where each sample is one. */
function keyFrames(tables: Uint8Array): Set<number> | undefined {
  const table = path(tables, "stss");
  return (
    table &&
    new Set(
      words(table)
        .slice(2)
        .map((number) => number - 1),
    )
  );
}

/** Without those that show nothing for a while. @param scale units of the track in one of the movie */
function editsOf(list: Uint8Array | undefined, scale: number): Edit[] {
  if (!list) return [];
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const long = list[0] === 1;
  const edits: Edit[] = [];
  if (view.getUint32(4) > maxEdits) throw new RangeError("too many edits");
  for (let i = 0, at = 8; i < view.getUint32(4); i++, at += long ? 20 : 12) {
    const duration = long ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const from = long ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (from >= 0) edits.push({ from, until: duration === 0 ? Number.POSITIVE_INFINITY : from + duration * scale });
  }
  return edits;
}

function timescale(header: Uint8Array | undefined): number {
  return (header && words(header)[header[0] === 1 ? 5 : 3]) ?? 0;
}

/** A table's numbers of 32 bits; the first is its version and flags. */
function words(table: Uint8Array | undefined): number[] {
  if (!table) return [];
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: table.length >> 2 }, (_, i) => view.getUint32(i * 4));
}
