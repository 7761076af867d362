/** What ffmpeg says about a run (-v repeat+level+verbose), taken line by line into a report. */

/** The first video stream of the source, as ffmpeg describes it. */
export interface SourceDescription {
  /** Its number among the streams of the source. */
  index: number;
  /** Its id in the container, where it has one: of MP4, that of the track. */
  id: number | undefined;
  /** ffmpeg's name of the codec: h264, mjpeg, hevc. */
  codec: string;
  /** Of H.264 and others: High, High 10, Constrained Baseline. */
  profile: string;
  /** Degrees by which a player must turn the picture. */
  rotationDegrees: number;
  /** How wide a pixel is for its height, by the pictures themselves: 1 where they do not say. */
  pixelAspect: number;
  /** The same by the container, where it says something else: a player goes by that. */
  containerAspect: number | undefined;
}

export interface DecodeReport {
  /** ffmpeg's name of the container or protocol: "mov,mp4,m4a,3gp,3g2,mj2", "rtsp". */
  format: string | undefined;
  source: SourceDescription | undefined;
  /** Somebody came to where ffmpeg listens; told of SRT only. */
  accepted: boolean;
  /** True once ffmpeg has described the whole source and goes on to its output. */
  opened: boolean;
  /** The stream that ffmpeg describes in these lines. */
  described: number | undefined;
  /** Packets that the source had of it. */
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
  /** How many pictures the source has by its own index, where it has one. */
  framesListed: number | undefined;
  /** Errors and warnings about the source, each once. */
  complaints: string[];
  /** The first error, which tells what is wrong with a source that has pictures. */
  firstError: string | undefined;
  /** The last error that tells a reason, for when nothing came. */
  lastError: string | undefined;
}

export function emptyReport(): DecodeReport {
  return {
    format: undefined,
    source: undefined,
    accepted: false,
    opened: false,
    described: undefined,
    packetsRead: 0,
    framesWritten: 0,
    framesUnusable: 0,
    framesDamaged: 0,
    durationMs: undefined,
    framesPerSecond: undefined,
    framesListed: undefined,
    complaints: [],
    firstError: undefined,
    lastError: undefined,
  };
}

const aboutKtsOwnChoices =
  /^\[libx264 |deprecated pixel format|automatic bitstream filtering|timebase is very high|No meaningful edit list|Timestamps are unset in a packet|\] Did you mean file:/;
const maxComplaints = 20;
/** What ffmpeg says because of an error that it told before: no reason of anything. */
const consequence =
  /^(?:Error initializing output stream|Could not write header for output|dimensions not set|Failed to set value|Error parsing options|To ignore this|Error opening (?:input|output) file|Conversion failed)/;

/**
 * Takes one line of ffmpeg's log into the report.
 * @param hide takes from a sentence what is secret in the source's address
 */
export function readLogLine(report: DecodeReport, line: string, hide: (sentence: string) => string): void {
  if (!report.opened) readDescription(report, line);
  if (/^\[srt @ 0x\w+\] \[verbose\] accept streamid /.test(line)) report.accepted = true;
  const read = /Input stream #0:(\d+) \(video\): (\d+) packets read/.exec(line);
  // Of a second video, or a cover, some packets are read as well.
  if (read && Number(read[1]) === (report.source?.index ?? 0)) report.packetsRead += Number(read[2]);
  const written = /Output stream #0:\d+ \(video\): .*?(\d+) packets muxed/.exec(line);
  if (written) report.framesWritten += Number(written[1]);
  if (line.includes("corrupt decoded frame")) report.framesDamaged++;
  // Of a source that is not as it should be ffmpeg sometimes says so at the level of information only.
  const level = /\[(warning|error|fatal)\] (.*)$/.exec(line) ?? /^\[\w+ @ 0x\w+\] \[(info)\] (.*non-standard.*)$/.exec(line);
  if (!level || aboutKtsOwnChoices.test(line)) return;
  const [, severity = "", said = ""] = level;
  // Up to ffmpeg 6.0 the reason stands behind the source's name, since then behind these words.
  const sentence = hide(said.replace(/^Error opening input: /, "")).replace(/[\s.:-]+$/, "");
  if (sentence === "") return;
  if (severity === "error" || severity === "fatal") {
    report.firstError ??= sentence;
    if (report.lastError === undefined || !consequence.test(sentence)) report.lastError = sentence;
  }
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
  const stream = /Stream #0:(\d+)\S*: \w+: /.exec(line);
  if (stream) report.described = Number(stream[1]);
  // "displaymatrix" up to ffmpeg 7, "Display Matrix" in 9.
  const rotation = /display ?matrix: rotation of (-?[\d.]+) degrees/i.exec(line);
  if (rotation && report.source && report.source.index === report.described) report.source.rotationDegrees = Number(rotation[1]);
  // A cover picture is a stream too, but no video.
  const video = line.includes("(attached pic)") ? null : /Stream #0:(\d+)(?:\[(0x\w+)\])?.*: Video: (\w+)(?: \(([A-Z][^()/]*)\))?/.exec(line);
  if (!video || report.source) return;
  const [, index, id, codec = "", profile = ""] = video;
  const aspect = (found: RegExpExecArray | null) => (found ? Number(found[1]) / Number(found[2]) : undefined);
  report.source = {
    ...{ index: Number(index), id: id === undefined ? undefined : Number(id), codec, profile, rotationDegrees: 0 },
    pixelAspect: aspect(/\[SAR (\d+):([1-9]\d*) DAR/.exec(line)) || 1,
    containerAspect: aspect(/, SAR (\d+):([1-9]\d*) DAR/.exec(line)),
  };
  const rate = /([\d.]+) fps/.exec(line);
  if (rate) report.framesPerSecond ??= Number(rate[1]);
}

/**
 * How many pictures the source should have had. Its index knows; without one, packets may have been lost before
 * they could be counted where there are signs of damage: then the source's own length tells.
 */
export function framesExpected(report: DecodeReport): number {
  const { packetsRead, framesListed, durationMs, framesPerSecond } = report;
  if (framesListed !== undefined) return framesListed;
  const byLength = isDamaged(report) && durationMs !== undefined && framesPerSecond !== undefined ? Math.round((durationMs / 1000) * framesPerSecond) : 0;
  return Math.max(packetsRead, byLength);
}

/** Pictures may also be missing because nobody is to see them: something is wrong only where ffmpeg says so. */
export function isDamaged({ framesDamaged, framesUnusable, firstError }: DecodeReport): boolean {
  return framesDamaged > 0 || framesUnusable > 0 || firstError !== undefined;
}
