/** The camera of this device, or why there is none. */

export const sizes = [
  { id: "480", title: "640 × 480", width: 640, height: 480 },
  { id: "720", title: "1280 × 720", width: 1280, height: 720 },
  { id: "1080", title: "1920 × 1080", width: 1920, height: 1080 },
] as const;
export type SizeId = (typeof sizes)[number]["id"];
export const sides = [
  { id: "environment", title: "Back" },
  { id: "user", title: "Front" },
] as const;
export type Side = (typeof sides)[number]["id"];

/** Why this page cannot have a camera at all; undefined where it may ask for one. */
export function whyNone(): string | undefined {
  if (!isSecureContext)
    return "Browsers give a camera to pages that came by https only: start kt serve with --tls-cert and --tls-key, or open this page on the machine that runs kt.";
  return "mediaDevices" in navigator ? undefined : "This browser has no cameras for pages.";
}

/** @throws Error with a sentence that says what to do */
export async function openCamera(side: Side, id: SizeId): Promise<MediaStream> {
  const { width, height } = sizes.find((one) => one.id === id) ?? sizes[1];
  try {
    const video = { facingMode: side, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw new Error(sentenceOf(error as DOMException));
  }
}

function sentenceOf({ name, message }: DOMException): string {
  switch (name) {
    case "NotAllowedError":
      return "The camera was not allowed: allow it for this page in the browser's settings, and start again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "This device has no such camera.";
    case "NotReadableError":
      return "The camera is used by another program: close that, and start again.";
    default:
      return `The camera cannot be opened: ${message}`;
  }
}

/** Keeps the screen on while the camera is sent; a browser takes that back whenever its page is hidden. @returns the way to end it */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let ended = false;
  const ask = async () => {
    if (document.hidden || ended || !("wakeLock" in navigator)) return;
    // Where the battery is low it is refused, and the camera goes on for as long as the screen does.
    lock = await navigator.wakeLock.request("screen").catch(() => undefined);
    if (ended) void lock?.release();
  };
  document.addEventListener("visibilitychange", ask);
  void ask();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
