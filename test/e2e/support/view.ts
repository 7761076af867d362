/** kt consume --view in a terminal, with a flag as its picture. */
import { expect } from "bun:test";
import { binary, brokers, ffmpegPath, ktOk, tempFolder } from "./kt.ts";
import { run } from "./process.ts";
import { type Cell, Terminal } from "./tmux.ts";

export const red = [254, 0, 0];
export const upperHalf = "▀";
export const blue = [0, 0, 254];

/** Red on the left and blue on the right, 4 seconds at 10 frames a second. */
export async function emitFlag(topic: string, codec: string, ...options: string[]): Promise<void> {
  await using folder = await tempFolder();
  const clip = `${folder.path}/flag.mp4`;
  const colours = ["-f", "lavfi", "-i", "color=red:size=160x180:rate=10:duration=4", "-f", "lavfi", "-i", "color=blue:size=160x180:rate=10:duration=4"];
  await run([ffmpegPath, "-v", "error", ...colours, "-filter_complex", "hstack", "-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", clip]);
  await ktOk(["emit-video", `door=${clip}`, "--codec", codec, "--fast", "--topic", topic, ...options]);
}

/** One of 80 by 24, with a shell in it. */
export const terminal = (environment: Record<string, string> = {}) =>
  Terminal.open(80, 24, { KT_BROKERS: brokers, XDG_CONFIG_HOME: "/nonexistent", COLORTERM: "truecolor", ...environment });
export const view = (topic: string, ...options: string[]) => [binary, "consume", topic, "--view", ...options].join(" ");
export const isPicture = ({ character }: Cell) => character === upperHalf;

export function expectNear(colour: Cell["front"], wanted: number[]): void {
  for (const [channel, level] of wanted.entries()) expect(Math.abs(((colour as number[])[channel] as number) - level)).toBeLessThan(24);
}

/** The picture is there: its left half red, its right half blue. */
export async function expectFlag(shown: Terminal): Promise<{ columns: number; rows: number }> {
  const rows = (await shown.cells()).filter((row) => row.some(isPicture));
  const [row = []] = rows;
  const columns = row.filter(isPicture);
  for (const half of ["front", "back"] as const) {
    expectNear(columns[2]?.[half], red);
    expectNear(columns.at(-3)?.[half], blue);
  }
  return { columns: columns.length, rows: rows.length };
}

export async function expectRestored(shown: Terminal): Promise<void> {
  expect(await shown.state()).toMatchObject({ alternate: false, cursor: true });
  await shown.enter("clear; stty -a | tr ' ;' '\\n\\n' | grep -xE -e '-?(icanon|echo|isig)' | sort | tr '\\n' ' '; echo .");
  await shown.waitFor(/^echo icanon isig \.$/m);
}
