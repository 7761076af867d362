/** ffmpeg's command line as data: how each source is opened, and how its pictures are written. */
import type { ImageKind } from "./images.ts";
import type { VideoInput } from "./input.ts";
import { fragmentedOutput } from "./packets.ts";

/** What is written; "copy" leaves the source's own pictures untouched. */
export type Encoding = "mjpeg" | "png" | "h264" | "copy";

export interface VideoJob {
  input: VideoInput;
  /** "auto" leaves untouched what a browser shows, and makes JPEG of the rest. */
  codec: Encoding | "auto";
  /** 2 is best, 31 worst, for JPEG (ffmpeg's scale) and, translated, for H.264. */
  quality: number;
  /** Frames from one key frame to the next, where H.264 is encoded. */
  keyint: number;
  /** Either may be missing: then it follows from the source's shape. */
  size: { width: number | undefined; height: number | undefined } | undefined;
  fps: number | undefined;
  /** ffmpeg's own, in front of size and fps. */
  filter: string | undefined;
  /** ffmpeg's own, in front of -i; they win over kt's. */
  inputOptions: string[];
  /** How often the source is played; Infinity for ever. */
  times: number;
  startSeconds: number | undefined;
  durationSeconds: number | undefined;
  /** Motion JPEG over HTTP is taken apart by its pictures alone, whatever the parts around them say. */
  bareJpeg?: boolean;
  /** Of a publisher, as the one before was: it cannot be asked to begin anew when it turns out to be something else. */
  expected?: Encoding | undefined;
  /** Of a folder of images. */
  imageKind?: ImageKind | undefined;
}

const testSize = { width: 1280, height: 720 };
const testFps = 30;
/** An HTTP server that sends nothing for so long, when it is waited for, is given up. */
const httpTimeoutSeconds = 20;
/** kt gives a silent camera up before. Where kt was killed, nobody but ffmpeg itself ends its waiting. */
const cameraTimeoutSeconds = 30;
/** Not all protocols of ffmpeg know the option that is for all of them. */
const hasTimeout = /^(?:rtsps?|srt|udp):/i;
const hasReadTimeout = /^(?:rtmp\w*|tcp|tls):/i;
/** Frames a second of a folder of images, where nothing else is said. */
export const imagesFps = 25;

/** The whole command line. */
export function videoArguments(job: VideoJob, encoding: Encoding): string[] {
  return [
    // Each message with its level and none folded into "repeated 3 times": they are counted.
    ...["-nostdin", "-hide_banner", "-nostats", "-v", "repeat+level+verbose"],
    ...(job.times > 1 && job.input.kind !== "images" ? ["-stream_loop", Number.isFinite(job.times) ? String(job.times - 1) : "-1"] : []),
    ...(job.startSeconds === undefined ? [] : ["-ss", String(job.startSeconds)]),
    ...(job.durationSeconds === undefined ? [] : ["-t", String(job.durationSeconds)]),
    // A decoder and an encoder that work on several pictures at once give each out that many later.
    ...(leavesAtOnce(job) ? ["-thread_type", "slice"] : []),
    // Times as they are in the source: ffmpeg would begin at zero.
    "-copyts",
    ...inputArguments(job),
    // V and not v: the cover of a song is no video.
    ...["-map", "0:V:0"],
    ...encoderArguments(job, encoding),
    ...fragmentedOutput,
  ];
}

const secretOption = /^-.*(?:pass|pwd|secret|token|key|auth|headers|cookies|playpath|rtmp_conn|proxy)/;

/** What of the input's options is nobody's business: ffmpeg repeats what it does not like. */
export function secretOptions({ inputOptions }: VideoJob): string[] {
  return inputOptions.filter((_, i) => secretOption.test(inputOptions[i - 1] ?? ""));
}

function timeoutArguments(location: string): string[] {
  if (/^https?:/i.test(location)) return ["-rw_timeout", String(httpTimeoutSeconds * 1e6)];
  const option = hasTimeout.test(location) ? "-timeout" : hasReadTimeout.test(location) ? "-rw_timeout" : undefined;
  return option ? [option, String(cameraTimeoutSeconds * 1e6)] : [];
}

function inputArguments({ input, size, fps, inputOptions, bareJpeg, imageKind }: VideoJob): string[] {
  const { kind, location } = input;
  switch (kind) {
    case "testsrc": {
      const { width = testSize.width, height = testSize.height } = size ?? testSize;
      return ["-f", "lavfi", ...inputOptions, "-i", `testsrc2=size=${width}x${height}:rate=${fps ?? testFps}`];
    }
    case "images":
      // Of a few small ones ffmpeg does not find out what they are.
      return ["-f", imageKind ? `${imageKind.toLowerCase()}_pipe` : "image2pipe", "-framerate", String(fps ?? imagesFps), ...inputOptions, "-i", "pipe:0"];
    case "device":
      return ["-f", "v4l2", ...inputOptions, "-i", location];
    case "network":
      return [
        // Over UDP pictures arrive torn wherever a packet is lost.
        ...(/^rtsps?:/i.test(location) ? ["-rtsp_transport", "tcp"] : []),
        // Where kt listens, waiting is what is wanted.
        ...(input.listens ? [] : timeoutArguments(location)),
        ...(bareJpeg ? ["-f", "mjpeg"] : []),
        ...inputOptions,
        ...["-i", location],
      ];
    case "stdin":
      return [...inputOptions, "-i", location];
    case "file":
      // Without "file:" ffmpeg takes what stands before a colon for a protocol.
      return [...inputOptions, "-i", `file:${location}`];
  }
}

/** Whether the pictures are changed, so that they cannot be left as they are. */
export function isFiltered({ input, size, fps, filter }: VideoJob): boolean {
  const atTheSource = input.kind === "testsrc";
  return filter !== undefined || (size !== undefined && !atTheSource) || (fps !== undefined && !atTheSource && input.kind !== "images");
}

function encoderArguments(job: VideoJob, encoding: Encoding): string[] {
  if (encoding === "copy") return ["-c:v", "copy"];
  const filters = filterChain(job, encoding);
  return [
    ...(filters.length > 0 ? ["-vf", filters.join(",")] : []),
    // Otherwise ffmpeg rounds times to the average frame rate. Of two pictures with one time, as damage
    // makes them, the encoder takes only the first (vfr). The source's own time base would do as well, but up to
    // ffmpeg 6.0 it is called -1 only, and from 8 on that is refused; records have microseconds.
    ...["-fps_mode", "vfr", "-enc_time_base", "1/1000000"],
    ...codecArguments(job, encoding),
    ...(leavesAtOnce(job) ? ["-thread_type", "slice"] : []),
  ];
}

/** Whether a picture must leave as soon as it came: a file's are read ahead anyway. */
function leavesAtOnce({ input }: VideoJob): boolean {
  return input.live !== false;
}

/** ffmpeg's filter that makes pixels square by changing the width; where they are, it changes nothing. */
export const squarePixels = "scale=w='if(eq(sar,1),iw,2*round(iw*sar/2))':h=ih,setsar=1";

function filterChain({ input, size, fps, filter }: VideoJob, encoding: Encoding): string[] {
  const generated = input.kind === "testsrc";
  return [
    ...(filter === undefined ? [] : [filter]),
    ...(fps === undefined || generated || input.kind === "images" ? [] : [`fps=${fps}`]),
    // A record does not say that its pixels are not square.
    ...(generated ? [] : [squarePixels]),
    ...(size === undefined || generated ? [] : [`scale=${size.width ?? -2}:${size.height ?? -2},setsar=1`]),
    // Two pixels share their colour, both ways.
    ...(encoding === "h264" ? ["crop=trunc(iw/2)*2:trunc(ih/2)*2"] : []),
  ];
}

function codecArguments({ input, quality, keyint }: VideoJob, encoding: "mjpeg" | "png" | "h264"): string[] {
  switch (encoding) {
    case "mjpeg":
      return ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", String(quality)];
    case "png":
      return ["-c:v", "png", "-pix_fmt", "rgb24"];
    case "h264":
      // Pictures in the order they are shown: a viewer waits for none. A camera's leave at once as well.
      return [
        ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "0", "-crf", String(constantRateFactor(quality))],
        ...["-g", String(keyint), ...(input.live === false ? [] : ["-tune", "zerolatency"])],
      ];
  }
}

/** JPEG's default of 5 is x264's of 23, the worst of both are near each other. */
function constantRateFactor(quality: number): number {
  return Math.min(51, Math.round(18 + ((quality - 2) * 5) / 3));
}
