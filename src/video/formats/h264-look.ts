/** What an access unit of H.264 in Annex B is, by a look at its beginning. */
import { nalType, readSps, splitAnnexB } from "./h264.ts";

const mostLeadingZeros = 16;
/** Level 6.2 has 139,264 blocks of 16 pixels, and no more than the root of eight times as many in one direction (A.3.1). */
const mostAcross = 16_896;
/** profile_idc (annexes A, F, G and H). */
const profiles = new Set([44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244]);

const enoughToSee = 4096;

/**
 * Whether decoding can begin with this access unit, of a producer that does not say so: it has an IDR
 * slice, or the sequence's parameters in front (ITU-T H.264 table 7-1). Both come before much else.
 */
export function isKeyUnit(unit: Uint8Array): boolean {
  return splitAnnexB(unit.subarray(0, enoughToSee)).some(([header = 0]) => (header & 0x1f) === nalType.idr || (header & 0x1f) === nalType.sps);
}

/** Whether bytes begin as an access unit in Annex B does (ITU-T H.264, B.1.1): zeros, and a start code. */
export function isAnnexB(bytes: Uint8Array): boolean {
  let zeros = 0;
  while (zeros < mostLeadingZeros && bytes[zeros] === 0) zeros++;
  return zeros >= 2 && bytes[zeros] === 1 && bytes.length > zeros + 1;
}

/** Whether the parameter sets of a key frame, where it has some, are any that a decoder takes. Looks at its beginning only. */
export function mayBegin(unit: Uint8Array): boolean {
  const sps = splitAnnexB(unit.subarray(0, enoughToSee)).find(([header = 0]) => (header & 0x1f) === nalType.sps);
  if (!sps) return true;
  const { width, height } = readSps(sps);
  return profiles.has(sps[1] ?? 0) && width > 0 && height > 0 && width <= mostAcross && height <= mostAcross;
}
