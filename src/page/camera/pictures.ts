/** The pictures of a camera as they come, each with when it was captured. */

export interface Picture {
  /** Where a browser has no WebCodecs, the video itself, which shows it now. */
  image: VideoFrame | HTMLVideoElement;
  width: number;
  height: number;
  /** By performance.now(). */
  capturedMs: number;
  /** To be called once: a camera has few of them. */
  close(): void;
}

/** Chromium's (W3C mediacapture-transform): it goes on while its tab is in the background. */
interface TrackProcessor {
  readable: ReadableStream<VideoFrame>;
}
type TrackProcessorClass = new (init: { track: MediaStreamTrack }) => TrackProcessor;

/** @param video plays the camera @returns the way to end it */
export function pictures(video: HTMLVideoElement, track: MediaStreamTrack, take: (picture: Picture) => void): () => void {
  const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: TrackProcessorClass };
  return MediaStreamTrackProcessor ? ofTrack(new MediaStreamTrackProcessor({ track }), take) : ofVideo(video, take);
}

function ofTrack({ readable }: TrackProcessor, take: (picture: Picture) => void): () => void {
  const reader = readable.getReader();
  // Its timestamps are by a clock of the system's: the picture that came the fastest says how far that is from the page's.
  let offsetMs = Number.POSITIVE_INFINITY;
  const read = async () => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const stampMs = frame.timestamp / 1000;
      offsetMs = Math.min(offsetMs, performance.now() - stampMs);
      take(ofFrame(frame, stampMs + offsetMs));
    }
  };
  // It ends with its track, which the page notices by itself.
  read().catch(() => {});
  return () => void reader.cancel().catch(() => {});
}

function ofFrame(image: VideoFrame, capturedMs: number): Picture {
  return { image, width: image.displayWidth, height: image.displayHeight, capturedMs, close: () => image.close() };
}

function ofVideo(video: HTMLVideoElement, take: (picture: Picture) => void): () => void {
  let ended = false;
  const next = () =>
    video.requestVideoFrameCallback((nowMs, { captureTime }) => {
      if (ended) return;
      // Where a browser does not say when a picture was captured, it is when it was shown.
      const capturedMs = captureTime ?? nowMs;
      if (typeof VideoFrame === "undefined") take({ image: video, width: video.videoWidth, height: video.videoHeight, capturedMs, close() {} });
      else take(ofFrame(new VideoFrame(video, { timestamp: Math.round(capturedMs * 1000) }), capturedMs));
      next();
    });
  next();
  return () => {
    ended = true;
  };
}
