/** An HLS media playlist (RFC 8216) of a stream's segments. */
import type { Segment } from "../../hub/log/segments.ts";

export interface PlaylistOptions {
  segments: readonly Segment[];
  sequence: number;
  discontinuitySequence: number;
  longestUs: number;
  ended: boolean;
  /** Players begin at the first segment, and not at the live end. */
  fromStart: boolean;
  partition: number;
  /** What stands behind each address: ?key=door. */
  query: string;
}

export function writePlaylist({ segments, ended, partition, query, ...options }: PlaylistOptions): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${Math.ceil(options.longestUs / 1e6)}`,
    `#EXT-X-MEDIA-SEQUENCE:${options.sequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${options.discontinuitySequence}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
  ];
  if (options.fromStart) lines.push("#EXT-X-START:TIME-OFFSET=0");
  segments.forEach(({ begin, init, end, baseUs, startMs, durationUs, discontinuity }, i) => {
    if (discontinuity) lines.push("#EXT-X-DISCONTINUITY");
    if (discontinuity || i === 0) lines.push(`#EXT-X-MAP:URI="init-${partition}-${init}-${baseUs}.mp4${query}"`);
    const start = new Date(startMs);
    // A producer that wrote nanoseconds is beyond what a date can be.
    if (!Number.isNaN(start.getTime())) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${start.toISOString()}`);
    lines.push(`#EXTINF:${(durationUs / 1e6).toFixed(6)},`, `segment-${partition}-${begin}-${end}-${baseUs}.m4s${query}`);
  });
  if (ended) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}
