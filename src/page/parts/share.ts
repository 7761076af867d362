/** Files and links that a viewer takes away. */
import type { Span } from "../rewind/extent.ts";
import { isoText } from "./words.ts";

/** Before it sends anything, the server may wait its turn. */
const frameMs = 600_000;

/** As an address of the server, below wherever the page is. */
export function clipUrl(topic: string, key: string, { fromMs, toMs }: Span): string {
  const at = (ms: number) => `@${Math.round(ms)}`;
  return `topics/${encodeURIComponent(topic)}/clip.mp4?${new URLSearchParams({ key, start: at(fromMs), end: at(toMs) })}`;
}

/** As the server calls clips and values: door-2026-01-31T120000.120Z.jpg, of what every file system takes. */
export function pictureName(stream: string, timeMs: number, type: string): string {
  const name = `${stream}-${isoText(timeMs).replaceAll(":", "")}.${type === "image/jpeg" ? "jpg" : "png"}`;
  return name.replaceAll(/[^\w.@+=-]+/g, "-").replace(/^[-.]+/, "");
}

export function download(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then.
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * A file that the server makes, and may not: what it answers instead of a file is shown where nobody sees it, and read there.
 * A link would end as a failed download, without the sentence.
 * @param refused told why there is no file
 */
export function downloadMade(url: string, refused: (sentence: string) => void): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  // A file is no document: nothing is loaded then.
  frame.onload = () => {
    refused(frame.contentDocument?.body.innerText.trim() || "The kt server does not answer");
    frame.remove();
  };
  document.body.append(frame);
  setTimeout(() => frame.remove(), frameMs);
}

/** False where the browser gives no clipboard, as on a page that is not secure. */
export async function share(url: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(url);
    return true;
  } catch {
    return false;
  }
}
