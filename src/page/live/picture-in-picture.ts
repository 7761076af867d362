/** A canvas in a small window of the browser's own, over all others: as a video of what is drawn on it. */
import { cell } from "../parts/cell.ts";

/** Browsers have it for videos only, and some not at all. */
export const hasPictureInPicture = document.pictureInPictureEnabled === true && "captureStream" in HTMLCanvasElement.prototype;

/** The canvas that is there now: it goes on, also where the page is not seen. */
export const inPicture = cell<HTMLCanvasElement | null>(null);

/** @throws Error where the browser refuses */
export async function openPictureInPicture(canvas: HTMLCanvasElement): Promise<void> {
  const video = document.createElement("video");
  video.className = "feeder";
  video.muted = true;
  video.srcObject = canvas.captureStream();
  document.body.append(video);
  const end = () => {
    for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
    video.remove();
    if (inPicture.get() === canvas) inPicture.set(null);
  };
  video.addEventListener("leavepictureinpicture", end, { once: true });
  try {
    // The stream has its first picture when something is drawn next: a paused player draws nothing.
    const pen = canvas.getContext("2d");
    pen?.drawImage(canvas, 0, 0);
    await video.play();
    await video.requestPictureInPicture();
    inPicture.set(canvas);
  } catch (error) {
    end();
    throw error;
  }
}

export async function closePictureInPicture(): Promise<void> {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
}
