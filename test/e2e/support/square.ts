/** A clip whose every picture holds a square at a place that its number tells, and a detector that knows that. */
import type { Page } from "playwright-core";
import { ffmpeg } from "./clips.ts";
import { binary } from "./kt.ts";

export const squareSize = { width: 640, height: 360, across: 80, down: 60 };
const { width, height, across, down } = squareSize;
export const rate = 25;

/** Left and top of the square. @param number of the picture, from 0 */
export function squareAt(number: number): [number, number] {
  // ffmpeg's overlay counts its pictures from 1.
  return [((number + 1) * 7) % (width - across), ((number + 1) * 3) % (height - down)];
}

export async function squareClip(path: string, seconds: number): Promise<string> {
  const color = (color: string, size: string) => ["-f", "lavfi", "-i", `color=c=${color}:s=${size}:r=${rate}`];
  const moving = `[0][1]overlay=x='mod(n*7,${width - across})':y='mod(n*3,${height - down})':eval=frame`;
  const encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p", "-g", String(rate), "-bf", "2"];
  await ffmpeg([
    ...color("0x203040", `${width}x${height}`),
    ...color("0x00ff00", `${across}x${down}`),
    "-filter_complex",
    moving,
    "-t",
    String(seconds),
    ...encoding,
    path,
  ]);
  return path;
}

interface Line {
  key: string;
  timestamp: number;
  headers: { name: string; value: string }[];
}

/** A detection of a picture, as kt produce --json takes it. @param more fields of its object @param loopFrames after so many the clip begins again */
export function detectionOf({ key, timestamp, headers }: Line, more: object = {}, loopFrames = Number.POSITIVE_INFINITY): string | undefined {
  const header = (name: string) => headers.find((one) => one.name === name)?.value;
  if (header("kt-pts") === undefined) return undefined;
  const [x, y] = squareAt(Math.round((Number(header("kt-pts")) / 1e6) * rate) % loopFrames);
  const value = JSON.stringify({ size: [width, height], objects: [{ box: [x, y, across, down], ...more }] });
  return `${JSON.stringify({ key, timestamp, headers: headers.filter(({ name }) => name === "kt-run" || name === "kt-seq"), value })}\n`;
}

/** Says of each picture of a topic, after so long, where its square is. @param more of kt consume: from where, and until when */
export function startDetector(
  brokers: string,
  video: string,
  detections: string,
  { delayMs = 0, more = [] as string[], loopFrames = Number.POSITIVE_INFINITY } = {},
): AsyncDisposable & { done: Promise<void> } {
  const env = { ...process.env, KT_BROKERS: brokers };
  const reading = Bun.spawn([binary, "consume", video, "--json", ...more], { env, stdout: "pipe", stderr: "ignore" });
  const writing = Bun.spawn([binary, "produce", detections, "--json"], { env, stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  const detect = async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of reading.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const said = detectionOf(JSON.parse(line) as Line, {}, loopFrames);
        if (said === undefined) continue;
        const write = () => {
          writing.stdin.write(said);
          writing.stdin.flush();
        };
        if (delayMs > 0) setTimeout(write, delayMs);
        else write();
      }
    }
    await Bun.sleep(delayMs);
    writing.stdin.end();
    await writing.exited;
  };
  return {
    done: detect(),
    async [Symbol.asyncDispose]() {
      reading.kill();
      await reading.exited;
      await writing.exited;
    },
  };
}

/** One picture that was on the screen. */
export interface Look {
  offset: number;
  of: string;
  byMs: number | null;
  /** From the square's middle to that of what is drawn, and the difference of their sizes, in pixels of the page. */
  apart: [number, number] | null;
  grown: [number, number] | null;
}

/**
 * Looks at each picture that is painted, by the pixels of both layers, until there were so many. Where one canvas has
 * both, what is drawn reaches from the line's outer edge, and the square to its inner one.
 * @param name "topic/key" @param tile its selector
 */
export async function lookAtSquares(page: Page, name: string, count: number, longestMs: number, tile = ".tile.large"): Promise<Look[]> {
  return await page.evaluate(
    async ({ name, count, longestMs, tile }) => {
      type Box = [number, number, number, number];
      const bounds = (canvas: HTMLCanvasElement, is: (r: number, g: number, b: number, a: number) => boolean): Box | null => {
        if (canvas.width === 0 || canvas.height === 0) return null;
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray() };
        let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
        for (let y = 0, at = 0; y < canvas.height; y++)
          for (let x = 0; x < canvas.width; x++, at += 4)
            if (is(data[at] as number, data[at + 1] as number, data[at + 2] as number, data[at + 3] as number)) {
              [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
              [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
            }
        return right < 0 ? null : [left, top, right, bottom];
      };
      const looks: Look[] = [];
      const deadline = performance.now() + longestMs;
      let last = -1;
      while (looks.length < count && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 4));
        const measure = (
          window as unknown as { __kt: { boxes: Record<string, { frame: { offset: number } | null; agreement: { of: string; byMs?: number } }> } }
        ).__kt.boxes[name];
        const [video, layer] = [...document.querySelectorAll<HTMLCanvasElement>(`${tile} .picture canvas`)];
        if (!measure?.frame || !video || !layer || measure.frame.offset === last) continue;
        last = measure.frame.offset;
        const square = bounds(video, (r, g, b) => g > 140 && r < 110 && b < 110);
        const [canvas, isDrawn] = layer.hidden
          ? ([video, (r: number, g: number, b: number) => Math.abs(r - 0x20) + Math.abs(g - 0x30) + Math.abs(b - 0x40) > 60] as const)
          : ([layer, (_r: number, _g: number, _b: number, a: number) => a > 100] as const);
        const drawn = measure.agreement.of === "nothing" ? null : bounds(canvas, isDrawn);
        const scale = Math.min(canvas.width / video.width, canvas.height / video.height);
        const [dx, dy] = [(canvas.width - video.width * scale) / 2, (canvas.height - video.height * scale) / 2];
        const on = square && ([square[0] * scale + dx, square[1] * scale + dy, square[2] * scale + dx, square[3] * scale + dy] as Box);
        const { of, byMs = null } = measure.agreement;
        const apart: Look["apart"] = on &&
          drawn && [(drawn[0] + drawn[2] - on[0] - on[2]) / 2 / devicePixelRatio, (drawn[1] + drawn[3] - on[1] - on[3]) / 2 / devicePixelRatio];
        const grown: Look["grown"] = on && drawn && [drawn[2] - drawn[0] - (on[2] - on[0]), drawn[3] - drawn[1] - (on[3] - on[1])];
        looks.push({ offset: last, of, byMs, apart, grown });
      }
      return looks;
    },
    { name, count, longestMs, tile },
  );
}
