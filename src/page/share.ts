/** Files and links that a viewer takes away. */
import type { Span } from "./rewind/extent.ts";
import { isoText } from "./words.ts";

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

/** False where the browser gives no clipboard, as on a page that is not secure. */
export async function share(url: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(url);
    return true;
  } catch {
    return false;
  }
}
