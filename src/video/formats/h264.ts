/**
 * H.264 as records carry it: whole access units in Annex B (start codes), with the parameter sets in
 * front of each key frame. ITU-T H.264; the length-prefixed form is ISO/IEC 14496-15's.
 */

export const nalType = { slice: 1, idr: 5, sps: 7, pps: 8, delimiter: 9 } as const;
const startCode = Uint8Array.of(0, 0, 0, 1);
/** num_ref_frames_in_pic_order_cnt_cycle (7.4.2.1.1): whoever says more would have us count to four billion. */
const mostOrderOffsets = 255;

export interface ParameterSets {
  sps: Uint8Array[];
  pps: Uint8Array[];
  /** Bytes of each length prefix in the samples: 1, 2 or 4. */
  lengthBytes: number;
}

/** AVCDecoderConfigurationRecord (14496-15, 5.3.3.1). */
export function readAvcC(avcC: Uint8Array): ParameterSets {
  const sets: ParameterSets = { sps: [], pps: [], lengthBytes: ((avcC[4] ?? 3) & 3) + 1 };
  let at = 5;
  for (const [list, mask] of [
    [sets.sps, 0x1f],
    [sets.pps, 0xff],
  ] as const) {
    const count = (avcC[at++] ?? 0) & mask;
    for (let i = 0; i < count; i++) {
      const length = ((avcC[at] ?? 0) << 8) | (avcC[at + 1] ?? 0);
      list.push(avcC.slice(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}

/** Turns one track's samples into access units in Annex B. */
export class AnnexB {
  #sps: Uint8Array[];
  #pps: Uint8Array[];
  readonly #lengthBytes: number;
  /** What the present SPS says of the pictures. */
  picture: SpsInfo | undefined;

  constructor(avcC: Uint8Array) {
    const { sps, pps, lengthBytes } = readAvcC(avcC);
    this.#sps = sps;
    this.#pps = pps;
    this.#lengthBytes = lengthBytes;
    if (sps[0]) this.picture = readSps(sps[0]);
  }

  /**
   * @param sample length-prefixed units; where the prefix has four bytes and nothing is to be added,
   * the start codes are written over the lengths, and the result is the same memory
   */
  convert(sample: Uint8Array, key: boolean): Uint8Array {
    const units = splitLengthPrefixed(sample, this.#lengthBytes);
    const own = { sps: [] as Uint8Array[], pps: [] as Uint8Array[] };
    for (const unit of units) {
      const type = (unit[0] ?? 0) & 0x1f;
      if (type === nalType.sps) own.sps.push(unit);
      else if (type === nalType.pps) own.pps.push(unit);
    }
    if (own.sps.length > 0) this.#take(own.sps);
    if (own.pps.length > 0) this.#pps = own.pps.map((unit) => unit.slice());
    const missing = key ? [...(own.sps.length > 0 ? [] : this.#sps), ...(own.pps.length > 0 ? [] : this.#pps)] : [];
    if (missing.length === 0 && this.#lengthBytes === 4) return overwriteLengths(sample, units);
    // The delimiter must stay the first unit.
    const first = ((units[0]?.[0] ?? 0) & 0x1f) === nalType.delimiter ? 1 : 0;
    return joinAnnexB([...units.slice(0, first), ...missing, ...units.slice(first)]);
  }

  #take(sps: Uint8Array[]): void {
    const [first] = sps;
    const [known] = this.#sps;
    if (first && known && sameBytes(first, known)) return;
    this.#sps = sps.map((unit) => unit.slice());
    if (first) this.picture = readSps(first);
  }
}

function splitLengthPrefixed(sample: Uint8Array, lengthBytes: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at + lengthBytes <= sample.length; ) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (sample[at + i] ?? 0);
    at += lengthBytes;
    if (length > 0) units.push(sample.subarray(at, at + length));
    at += length;
  }
  return units;
}

function overwriteLengths(sample: Uint8Array, units: Uint8Array[]): Uint8Array {
  for (const unit of units) sample.set(startCode, unit.byteOffset - sample.byteOffset - startCode.length);
  return sample;
}

export function joinAnnexB(units: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(units.reduce((sum, unit) => sum + startCode.length + unit.length, 0));
  let at = 0;
  for (const unit of units) {
    joined.set(startCode, at);
    joined.set(unit, at + startCode.length);
    at += startCode.length + unit.length;
  }
  return joined;
}

/** The units of an access unit in Annex B, without their start codes; views into it. */
export function splitAnnexB(unit: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let begin = -1;
  for (let at = unit.indexOf(1, 2); at >= 0; at = unit.indexOf(1, at + 1)) {
    if (unit[at - 1] !== 0 || unit[at - 2] !== 0) continue;
    if (begin >= 0) units.push(withoutTrailingZeros(unit.subarray(begin, at - 2)));
    begin = at + 1;
  }
  if (begin >= 0 && begin < unit.length) units.push(unit.subarray(begin));
  return units;
}

/** The zero of a four-byte start code belongs to the code; no unit ends with a zero byte (7.4.1). */
function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end--;
  return unit.subarray(0, end);
}

export interface SpsInfo {
  /** As browsers and RFC 6381 write it: avc1.64001f. */
  codec: string;
  width: number;
  height: number;
  /** How wide a pixel is, and how high: 1 and 1 where it does not say. */
  pixelAspect: [number, number];
}

/** By aspect_ratio_idc (table E-1); 255 says that the two numbers follow. */
const pixelAspects: [number, number][] = [
  ...([
    [1, 1],
    [1, 1],
    [12, 11],
    [10, 11],
    [16, 11],
    [40, 33],
    [24, 11],
    [20, 11],
    [32, 11],
  ] satisfies [number, number][]),
  ...([
    [80, 33],
    [18, 11],
    [15, 11],
    [64, 33],
    [160, 99],
    [4, 3],
    [3, 2],
    [2, 1],
  ] satisfies [number, number][]),
];
const extendedAspect = 255;

const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Profile, level, and the size in pixels, cropping applied (7.3.2.1.1, 7.4.2.1.1 and E.1.1). */
export function readSps(sps: Uint8Array): SpsInfo {
  const codec = `avc1.${Array.from(sps.subarray(1, 4), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const bits = new BitReader(sps.subarray(4));
  const high = highProfiles.has(sps[1] ?? 0);
  const { chromaFormat } = readSampleFormat(bits, high);
  if (high) {
    bits.bits(1); // qpprime_y_zero_transform_bypass_flag
    if (bits.bits(1) === 1) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  bits.exponential(); // log2_max_frame_num_minus4
  const orderType = bits.exponential();
  if (orderType === 0) bits.exponential();
  else if (orderType === 1) {
    bits.bits(1);
    bits.exponential();
    bits.exponential();
    for (let left = Math.min(mostOrderOffsets, bits.exponential()); left > 0; left--) bits.exponential();
  }
  bits.exponential(); // max_num_ref_frames
  bits.bits(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMacroblocks = bits.exponential() + 1;
  const heightInMapUnits = bits.exponential() + 1;
  const framesOnly = bits.bits(1);
  if (framesOnly === 0) bits.bits(1); // mb_adaptive_frame_field_flag
  bits.bits(1); // direct_8x8_inference_flag
  const crop = bits.bits(1) === 1 ? [bits.exponential(), bits.exponential(), bits.exponential(), bits.exponential()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const saysMore = bits.bits(1) === 1 && bits.bits(1) === 1; // vui_parameters_present_flag, aspect_ratio_info_present_flag
  const cropX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const cropY = (chromaFormat === 1 ? 2 : 1) * (2 - framesOnly);
  return {
    codec,
    width: widthInMacroblocks * 16 - cropX * (left + right),
    height: (2 - framesOnly) * heightInMapUnits * 16 - cropY * (top + bottom),
    pixelAspect: saysMore ? readPixelAspect(bits) : [1, 1],
  };
}

function readPixelAspect(bits: BitReader): [number, number] {
  const index = bits.bits(8);
  const [across, down] = index === extendedAspect ? [bits.bits(16), bits.bits(16)] : (pixelAspects[index] ?? [1, 1]);
  return across > 0 && down > 0 ? [across, down] : [1, 1];
}

/** How an SPS of a high profile stores its pictures; undefined for the others, which are all 4:2:0 of 8 bits. */
export function sampleFormat(sps: Uint8Array): SampleFormat | undefined {
  return highProfiles.has(sps[1] ?? 0) ? readSampleFormat(new BitReader(sps.subarray(4)), true) : undefined;
}

export interface SampleFormat {
  /** 0 is monochrome, 1 is 4:2:0, 2 is 4:2:2, 3 is 4:4:4. */
  chromaFormat: number;
  lumaBits: number;
  chromaBits: number;
}

function readSampleFormat(bits: BitReader, high: boolean): SampleFormat {
  bits.exponential(); // seq_parameter_set_id
  if (!high) return { chromaFormat: 1, lumaBits: 8, chromaBits: 8 };
  const chromaFormat = bits.exponential();
  if (chromaFormat === 3) bits.bits(1); // separate_colour_plane_flag
  return { chromaFormat, lumaBits: 8 + bits.exponential(), chromaBits: 8 + bits.exponential() };
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (bits.bits(1) === 0) continue;
    let next = 8;
    for (let i = 0, last = 8; i < (list < 6 ? 16 : 64) && next !== 0; i++) {
      next = (last + bits.signedExponential() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** Bits of a unit's payload, without the bytes that keep it from looking like a start code (7.4.1). */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(escaped: Uint8Array) {
    this.#bytes = escaped.filter((byte, i) => !(byte === 3 && i >= 2 && escaped[i - 1] === 0 && escaped[i - 2] === 0));
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  /** ue(v), 9.1. */
  exponential(): number {
    let zeros = 0;
    while (zeros < 32 && this.#at < this.#bytes.length * 8 && this.bits(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v), 9.1.1. */
  signedExponential(): number {
    const code = this.exponential();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
