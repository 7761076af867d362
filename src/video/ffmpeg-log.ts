/** What ffmpeg says about a run (-v repeat+level+verbose), taken line by line into a report. */

/** The first video stream of the source, as ffmpeg describes it. */
export interface SourceDescription {
  /** ffmpeg's name of the codec: h264, mjpeg, hevc. */
  codec: string;
  /** Of H.264 and others: High, High 10, Constrained Baseline. */
  profile: string;
  /** Degrees by which a player must turn the picture. */
  rotationDegrees: number;
}

export interface DecodeReport {
  /** ffmpeg's name of the container or protocol: "mov,mp4,m4a,3gp,3g2,mj2", "rtsp". */
  format: string | undefined;
  source: SourceDescription | undefined;
  /** True once ffmpeg has described the whole source and goes on to its output. */
  opened: boolean;
  /** Packets that the source had. */
  packetsRead: number;
  /** Pictures that ffmpeg handed on. */
  framesWritten: number;
  /** Of those, what is no picture, and was left out: a copy hands on whatever the source holds. */
  framesUnusable: number;
  /** Pictures that ffmpeg itself calls corrupt, but showed. */
  framesDamaged: number;
  /** The source's length and frames a second, where it says so. */
  durationMs: number | undefined;
  framesPerSecond: number | undefined;
  /** Errors and warnings about the source, each once. */
  complaints: string[];
  /** The last error, for when nothing came. */
  lastError: string | undefined;
}

export function emptyReport(): DecodeReport {
  return {
    format: undefined,
    source: undefined,
    opened: false,
    packetsRead: 0,
    framesWritten: 0,
    framesUnusable: 0,
    framesDamaged: 0,
    durationMs: undefined,
    framesPerSecond: undefined,
    complaints: [],
    lastError: undefined,
  };
}

const aboutKtsOwnChoices =
  /^\[libx264 |deprecated pixel format|automatic bitstream filtering|timebase is very high|No meaningful edit list|Timestamps are unset in a packet|\] Did you mean file:/;
const maxComplaints = 20;

/**
 * Takes one line of ffmpeg's log into the report.
 * @param hide takes from a sentence what is secret in the source's address
 */
export function readLogLine(report: DecodeReport, line: string, hide: (sentence: string) => string): void {
  if (!report.opened) readDescription(report, line);
  const read = /Input stream #0:\d+ \(video\): (\d+) packets read/.exec(line);
  if (read) report.packetsRead += Number(read[1]);
  const written = /Output stream #0:\d+ \(video\): .*?(\d+) packets muxed/.exec(line);
  if (written) report.framesWritten += Number(written[1]);
  if (line.includes("corrupt decoded frame")) report.framesDamaged++;
  // Of a source that is not as it should be ffmpeg sometimes says so at the level of information only.
  const level = /\[(warning|error|fatal)\] (.*)$/.exec(line) ?? /^\[\w+ @ 0x\w+\] \[(info)\] (.*non-standard.*)$/.exec(line);
  if (!level || aboutKtsOwnChoices.test(line)) return;
  const [, severity, said] = level as unknown as [string, string, string];
  const sentence = hide(said);
  if (severity === "error" || severity === "fatal") report.lastError = sentence;
  if (report.complaints.length < maxComplaints && !report.complaints.includes(sentence)) report.complaints.push(sentence);
}

/** The source stands before the first of these; the output is described in the same words after them. */
const afterTheSource = /^\[info\] (?:Output #0|Stream mapping:)/;

function readDescription(report: DecodeReport, line: string): void {
  if (afterTheSource.test(line)) {
    report.opened = true;
    return;
  }
  const format = /^\[info\] Input #0, (.*), from '/.exec(line);
  if (format) report.format ??= format[1];
  const duration = /Duration: (\d+):(\d+):([\d.]+)/.exec(line);
  if (duration && report.durationMs === undefined) report.durationMs = (Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])) * 1000;
  const rotation = /displaymatrix: rotation of (-?[\d.]+) degrees/.exec(line);
  if (rotation && report.source) report.source.rotationDegrees = Number(rotation[1]);
  // A cover picture is a stream too, but no video.
  const video = line.includes("(attached pic)") ? null : /Stream #0:\d+.*: Video: (\w+)(?: \(([A-Z][^()/]*)\))?/.exec(line);
  if (!video || report.source) return;
  report.source = { codec: video[1] as string, profile: video[2] ?? "", rotationDegrees: 0 };
  const rate = /([\d.]+) fps/.exec(line);
  if (rate) report.framesPerSecond ??= Number(rate[1]);
}

/**
 * How many pictures the source should have had. Where there are signs of damage, packets may have been
 * lost before they could be counted: then the source's own length tells.
 */
export function framesExpected({ packetsRead, framesDamaged, lastError, durationMs, framesPerSecond }: DecodeReport): number {
  const damaged = framesDamaged > 0 || lastError !== undefined;
  const byLength = damaged && durationMs !== undefined && framesPerSecond !== undefined ? Math.round((durationMs / 1000) * framesPerSecond) : 0;
  return Math.max(packetsRead, byLength);
}
