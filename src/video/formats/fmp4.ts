/**
 * H.264 as fragmented MP4, which HLS and a browser's MediaSource take: an init segment says what the
 * track is, each media segment has frames. ISO/IEC 14496-12 (the boxes) and 14496-15 (H.264 in them).
 * Pure, and without anything of Bun or Node, so that the page can use it as well.
 */
import { readSps, sampleFormat, splitAnnexB } from "./h264.ts";

/** What a decoder must know before the first frame. */
export interface VideoTrack {
  sps: Uint8Array[];
  pps: Uint8Array[];
  width: number;
  height: number;
  /** As browsers and RFC 6381 write it: avc1.64001f. */
  codec: string;
  /** How wide a pixel is, and how high. */
  pixelAspect: [number, number];
}

export interface SegmentFrame {
  /** An access unit in Annex B. */
  data: Uint8Array;
  ptsUs: number;
  /** Not below zero in the first frame of a segment: the box that has it knows no sign. */
  dtsUs: number;
  /** It needs no other frame. */
  key: boolean;
  /** Until the next frame is decoded. */
  durationUs: number;
}

/** Units of time in a second: frames are measured in microseconds. */
const timescale = 1_000_000;
const trackId = 1;
const sampleFlags = { key: 0x02000000, delta: 0x01010000 } as const;

/** From the parameter sets in front of a key frame; undefined where there are none. */
export function trackOf(keyUnit: Uint8Array): VideoTrack | undefined {
  const units = splitAnnexB(keyUnit);
  const ofType = (type: number) => units.filter(([header = 0]) => (header & 0x1f) === type).map((unit) => unit.slice());
  const [sps, pps] = [ofType(7), ofType(8)];
  return sps[0] && pps.length > 0 ? { sps, pps, ...readSps(sps[0]) } : undefined;
}

/** ftyp and moov: goes in front of the first media segment, and again wherever the track changes. */
export function initSegment(track: VideoTrack): Uint8Array {
  const { width, height, pixelAspect } = track;
  const shownWidth = Math.round((width * pixelAspect[0]) / pixelAspect[1]);
  const brands = ["iso6", "avc1", "mp41"].map(letters);
  const movieHeader = full("mvhd", 0, 0, u32(0, 0, timescale, 0, 0x10000), u16(0x0100, 0), u32(0, 0), identityMatrix, u32(0, 0, 0, 0, 0, 0), u32(trackId + 1));
  const trackHeader = full("tkhd", 0, 3, u32(0, 0, trackId, 0, 0, 0, 0), u16(0, 0, 0, 0), identityMatrix, u32(shownWidth * 0x10000, height * 0x10000));
  const media = box(
    "mdia",
    full("mdhd", 0, 0, u32(0, 0, timescale, 0), u16(0x55c4, 0)), // language: undetermined
    full("hdlr", 0, 0, u32(0), letters("vide"), u32(0, 0, 0), letters("video\0")),
    box(
      "minf",
      full("vmhd", 0, 1, u16(0, 0, 0, 0)),
      box("dinf", full("dref", 0, 0, u32(1), full("url ", 0, 1))),
      box(
        "stbl",
        full("stsd", 0, 0, u32(1), sampleEntry(track)),
        full("stts", 0, 0, u32(0)),
        full("stsc", 0, 0, u32(0)),
        full("stsz", 0, 0, u32(0, 0)),
        full("stco", 0, 0, u32(0)),
      ),
    ),
  );
  const extends_ = box("mvex", full("trex", 0, 0, u32(trackId, 1, 0, 0, sampleFlags.delta)));
  return joinBytes([box("ftyp", letters("iso6"), u32(0), ...brands), box("moov", movieHeader, box("trak", trackHeader, media), extends_)]);
}

/**
 * moof and mdat, in decoding order. Parameter sets stay in the frames: a source may change them where its
 * size does not, and decoders take them there too.
 * @param sequence the segment's number, which goes up
 */
export function mediaSegment(frames: readonly SegmentFrame[], sequence: number): Uint8Array {
  const samples = frames.map((frame) => ({ ...frame, units: splitAnnexB(frame.data) }));
  const sizes = samples.map(({ units }) => units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  const entries = samples.map(({ key, ptsUs, dtsUs, durationUs }, i) =>
    u32(Math.round(durationUs), sizes[i] ?? 0, key ? sampleFlags.key : sampleFlags.delta, Math.round(ptsUs - dtsUs)),
  );
  const beginUs = Math.round(samples[0]?.dtsUs ?? 0);
  const fragment = (dataOffset: number) =>
    box(
      "moof",
      full("mfhd", 0, 0, u32(sequence)),
      box(
        "traf",
        full("tfhd", 0, 0x020000, u32(trackId)), // offsets count from the moof
        full("tfdt", 1, 0, u32(Math.floor(beginUs / 2 ** 32), beginUs)),
        full("trun", 1, 0x000f01, u32(samples.length, dataOffset), ...entries),
      ),
    );
  const dataBytes = sizes.reduce((sum, size) => sum + size, 0);
  const moof = fragment(fragment(0).length + 8);
  const segment = new Uint8Array(moof.length + 8 + dataBytes);
  segment.set(moof);
  segment.set(u32(8 + dataBytes), moof.length);
  segment.set(letters("mdat"), moof.length + 4);
  const view = new DataView(segment.buffer);
  let at = moof.length + 8;
  for (const { units } of samples)
    for (const unit of units) {
      view.setUint32(at, unit.length);
      segment.set(unit, at + 4);
      at += 4 + unit.length;
    }
  return segment;
}

/** VisualSampleEntry with its AVCDecoderConfigurationRecord. */
function sampleEntry({ sps, pps, width, height, pixelAspect }: VideoTrack): Uint8Array {
  const format = sps[0] && sampleFormat(sps[0]);
  const sets = (list: Uint8Array[]) => list.flatMap((set) => [u16(set.length), set]);
  const avcC = box(
    "avcC",
    bytes(1, ...(sps[0]?.subarray(1, 4) ?? []), 0xfc | 3, 0xe0 | sps.length),
    ...sets(sps),
    bytes(pps.length),
    ...sets(pps),
    ...(format ? [bytes(0xfc | format.chromaFormat, 0xf8 | (format.lumaBits - 8), 0xf8 | (format.chromaBits - 8), 0)] : []),
  );
  const resolution = 72 * 0x10000;
  return box(
    "avc1",
    u16(0, 0, 0, 1), // reserved, then data_reference_index
    u32(0, 0, 0, 0),
    u16(width, height),
    u32(resolution, resolution, 0),
    u16(1), // frame_count
    new Uint8Array(32), // compressorname
    u16(24, 0xffff), // depth, then -1
    avcC,
    ...(pixelAspect[0] === pixelAspect[1] ? [] : [box("pasp", u32(...pixelAspect))]),
  );
}

function box(type: string, ...contents: Uint8Array[]): Uint8Array {
  const content = joinBytes(contents);
  return joinBytes([u32(8 + content.length), letters(type), content]);
}

function full(type: string, version: number, flags: number, ...contents: Uint8Array[]): Uint8Array {
  return box(type, u32(version * 2 ** 24 + flags), ...contents);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function u16(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, i) => {
    view.setUint16(i * 2, value);
  });
  return new Uint8Array(view.buffer);
}

/** Of a negative number, its two's complement; of a larger one, its lower 32 bits. */
function u32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setUint32(i * 4, value);
  });
  return new Uint8Array(view.buffer);
}

const identityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
