/**
 * Fragmented MP4 and QuickTime, taken apart while it arrives: the track, then each sample with its
 * exact times. ISO/IEC 14496-12; only the boxes that ffmpeg writes for one video track are read.
 */

export interface Track {
  /** The sample entry's four letters: "avc1", "jpeg", "png ". */
  format: string;
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord, where there is one. */
  avcC: Uint8Array | undefined;
  /** Units of time in a second. */
  timescale: number;
}

export interface Sample {
  /** Its own memory: nothing else will be written there. */
  data: Uint8Array;
  /** In units of the track's timescale. */
  dts: number;
  pts: number;
  key: boolean;
}

interface SampleHead {
  size: number;
  dts: number;
  pts: number;
  key: boolean;
}

/** No box that ffmpeg writes for a picture comes near; what does is no MP4. */
const maxBoxBytes = 1 << 29;
/** ffmpeg writes a picture a fragment. */
const mostSamples = 100_000;
const boxHeaderBytes = 8;
const sampleIsNotSync = 0x10000;

export class FragmentParser {
  track: Track | undefined;
  readonly #chunks: Uint8Array[] = [];
  /** How far the first chunk is read. */
  #offset = 0;
  #available = 0;
  #box: { type: string; bytes: number } | undefined;
  #defaultFlags = 0;
  #heads: SampleHead[] = [];

  /**
   * Takes the next bytes; returns the samples that they complete.
   * @throws Error where the bytes are no MP4
   */
  push(chunk: Uint8Array): Sample[] {
    this.#chunks.push(chunk);
    this.#available += chunk.length;
    const samples: Sample[] = [];
    for (;;) {
      if (!this.#box) {
        if (this.#available < boxHeaderBytes) return samples;
        this.#box = readBoxHeader(this.#take(boxHeaderBytes));
      }
      if (this.#available < this.#box.bytes) return samples;
      const content = this.#take(this.#box.bytes);
      this.#read(this.#box.type, content, samples);
      this.#box = undefined;
    }
  }

  #read(type: string, content: Uint8Array, samples: Sample[]): void {
    if (type === "moov") this.#readMovie(content);
    else if (type === "moof") this.#heads = readFragment(content, this.#defaultFlags);
    else if (type === "mdat") {
      let at = 0;
      for (const { size, dts, pts, key } of this.#heads) {
        samples.push({ data: content.subarray(at, at + size), dts, pts, key });
        at += size;
      }
      this.#heads = [];
    }
  }

  #readMovie(movie: Uint8Array): void {
    const media = path(movie, "trak", "mdia");
    const trackDefaults = path(movie, "mvex", "trex");
    const table = media && path(media, "minf", "stbl", "stsd");
    const header = media && path(media, "mdhd");
    if (!table || !header) return;
    // mdhd: version 1 has two times of 8 bytes before the timescale, version 0 two of 4.
    const timescale = view(header).getUint32(header[0] === 1 ? 20 : 12);
    this.track = { ...readSampleEntry(table.subarray(8)), timescale };
    if (trackDefaults) this.#defaultFlags = view(trackDefaults).getUint32(20);
  }

  #take(count: number): Uint8Array {
    const first = this.#chunks[0];
    if (first && first.length - this.#offset >= count) {
      const part = first.subarray(this.#offset, this.#offset + count);
      this.#skip(count);
      return part;
    }
    // Not zeroed first: every byte is written.
    const whole = Buffer.allocUnsafeSlow(count);
    for (let at = 0; at < count; ) {
      const chunk = this.#chunks[0] as Uint8Array;
      const part = chunk.subarray(this.#offset, this.#offset + count - at);
      whole.set(part, at);
      at += part.length;
      this.#skip(part.length);
    }
    return whole;
  }

  #skip(count: number): void {
    this.#available -= count;
    this.#offset += count;
    if (this.#offset < (this.#chunks[0]?.length ?? 0)) return;
    this.#chunks.shift();
    this.#offset = 0;
  }
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const fourLetters = (bytes: Uint8Array, at: number) => String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
const uint32 = (bytes: Uint8Array, at: number) =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

function readBoxHeader(header: Uint8Array): { type: string; bytes: number } {
  const size = uint32(header, 0);
  const type = fourLetters(header, 4);
  if (size < boxHeaderBytes || size > maxBoxBytes || !/^[\w ]{4}$/.test(type)) throw new Error(`no MP4: a box of ${size} bytes called '${type}'`);
  return { type, bytes: size - boxHeaderBytes };
}

/** Calls with each box directly inside one: its type and content. */
function eachBox(content: Uint8Array, visit: (type: string, body: Uint8Array) => void): void {
  for (let at = 0; at + boxHeaderBytes <= content.length; ) {
    const size = uint32(content, at);
    if (size < boxHeaderBytes) return;
    visit(fourLetters(content, at + 4), content.subarray(at + boxHeaderBytes, at + size));
    at += size;
  }
}

export function boxesIn(content: Uint8Array): { type: string; body: Uint8Array }[] {
  const boxes: { type: string; body: Uint8Array }[] = [];
  eachBox(content, (type, body) => boxes.push({ type, body }));
  return boxes;
}

/** The content of the box that these names lead to, each inside the one before. */
export function path(content: Uint8Array, ...names: string[]): Uint8Array | undefined {
  let found: Uint8Array | undefined = content;
  for (const name of names) {
    if (!found) return undefined;
    let inner: Uint8Array | undefined;
    eachBox(found, (type, body) => {
      if (type === name) inner ??= body;
    });
    found = inner;
  }
  return found;
}

/** VisualSampleEntry: 78 bytes, then its boxes. */
function readSampleEntry(entry: Uint8Array): Omit<Track, "timescale"> {
  const fields = view(entry).getUint32(0) >= 86 ? view(entry) : undefined;
  const extensions = entry.subarray(86, fields?.getUint32(0) ?? 0);
  return { format: fourLetters(entry, 4), width: fields?.getUint16(32) ?? 0, height: fields?.getUint16(34) ?? 0, avcC: path(extensions, "avcC")?.slice() };
}

/** tfhd, tfdt and trun of the one track, whichever of their optional fields are there. */
function readFragment(fragment: Uint8Array, trackDefaultFlags: number): SampleHead[] {
  let defaultDuration = 0;
  let defaultSize = 0;
  let defaultFlags = trackDefaultFlags;
  let dts = 0;
  const heads: SampleHead[] = [];
  eachBox(path(fragment, "traf") ?? new Uint8Array(), (type, content) => {
    const present = uint32(content, 0);
    const has = (flag: number) => (present & flag) !== 0;
    let at = 8;
    const next = () => {
      at += 4;
      return uint32(content, at - 4);
    };
    if (type === "tfhd") {
      if (has(0x1)) at += 8; // base-data-offset
      if (has(0x2)) at += 4; // sample-description-index
      if (has(0x8)) defaultDuration = next();
      if (has(0x10)) defaultSize = next();
      if (has(0x20)) defaultFlags = next();
    } else if (type === "tfdt") {
      dts = content[0] === 1 ? uint32(content, 4) * 2 ** 32 + uint32(content, 8) : uint32(content, 4);
    } else if (type === "trun") {
      const count = uint32(content, 4);
      if (heads.length + count > mostSamples) throw new Error(`no MP4: a fragment of ${count} pictures`);
      if (has(0x1)) at += 4; // data-offset
      const firstFlags = has(0x4) ? next() : undefined;
      for (let i = 0; i < count; i++) {
        const duration = has(0x100) ? next() : defaultDuration;
        const size = has(0x200) ? next() : defaultSize;
        const flags = has(0x400) ? next() : i === 0 && firstFlags !== undefined ? firstFlags : defaultFlags;
        // Signed in version 1; QuickTime's version 0 is read so as well.
        const shift = has(0x800) ? next() | 0 : 0;
        heads.push({ size, dts, pts: dts + shift, key: (flags & sampleIsNotSync) === 0 });
        dts += duration;
      }
    }
  });
  return heads;
}
