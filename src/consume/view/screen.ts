/** The terminal while it shows pictures: its other screen, and all as it was when that ends, however it ends. */
import { writeSync } from "node:fs";
import type { Abilities } from "../../terminal/graphics/abilities.ts";
import { kittyGone } from "../../terminal/graphics/kitty.ts";
import { type Box, fitBox, type Raster } from "../../terminal/graphics/raster.ts";
import { type TerminalSize, terminalSize } from "../../terminal/graphics/tty.ts";
import { poll, pollOut } from "../../terminal/poll.ts";
import { writeOut } from "../../terminal/stdout.ts";
import { pictureAt } from "./canvas.ts";

const stdout = 1;
/** The other screen, without a cursor, and empty. */
const enter = "\x1b[?1049h\x1b[?25l\x1b[2J";
/** ST ends what a picture that was cut off had begun. */
const leave = "\x1b\\\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?1049l";
/** What is between these is shown at once, where the terminal knows them (synchronized output). */
const together = ["\x1b[?2026h", "\x1b[?2026l"] as const;
/** Written at a time, so that a slow terminal does not hold up the end. */
const pieceBytes = 16_384;

export interface Shown {
  raster: Raster;
  box: Box;
}

export class Screen {
  readonly #abilities: Abilities;
  #size: TerminalSize = terminalSize(stdout);
  #entered = false;
  #left = false;
  /** What is on the screen is of another size. */
  #stale = false;
  #shown: Shown | undefined;
  readonly #leave = () => this.leave();

  readonly #onEnter: () => void;

  /** @param onEnter is told when all of the terminal is in use, with the first picture */
  constructor(abilities: Abilities, onEnter: () => void) {
    this.#abilities = abilities;
    this.#onEnter = onEnter;
  }

  get columns(): number {
    return this.#size.columns;
  }

  /** The last picture, where one was shown. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** Of one that is shown later. */
  keep(shown: Shown): void {
    this.#shown = shown;
  }

  /** Where a picture of that size goes: the last row is for the status. */
  box(picture: { width: number; height: number }): Box {
    const { columns, rows, cell } = this.#size;
    return fitBox(picture, { columns, rows: Math.max(1, rows - 1) }, this.#abilities.cell.width > 0 ? this.#abilities.cell : cell, this.#abilities.graphics);
  }

  /** The window has another size: what is there is gone. */
  measure(): void {
    this.#size = terminalSize(stdout);
    this.#shown = undefined;
    this.#stale = true;
  }

  /** Resolves when the terminal has taken it. */
  async show(raster: Raster, box: Box, status: string): Promise<void> {
    const { columns, rows } = this.#size;
    // What was decoded for a window of another size would be drawn beyond this one.
    if (box.columns > columns || box.rows > rows) return;
    const before = this.#shown?.box.columns === box.columns && this.#shown.box.rows === box.rows ? this.#shown.raster : undefined;
    const cleared = this.#stale || (this.#shown && !before) ? "\x1b[0m\x1b[2J" : "";
    this.#stale = false;
    const picture = pictureAt(raster, box, { columns, rows: Math.max(1, rows - 1) }, this.#abilities, before);
    if (await this.#write(together[0] + cleared + picture + this.#statusText(status) + together[1])) this.#shown = { raster, box };
  }

  async tell(status: string): Promise<void> {
    if (this.#entered) await this.#write(this.#statusText(status));
  }

  #statusText(status: string): string {
    return `\x1b[${this.#size.rows};1H\x1b[0;7m${status}\x1b[0m`;
  }

  /** False where the screen was left meanwhile. */
  async #write(text: string): Promise<boolean> {
    this.#enter();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (this.#left) return false;
      await writeOut(bytes.subarray(at, at + pieceBytes));
    }
    return !this.#left;
  }

  #enter(): void {
    if (this.#entered || this.#left) return;
    this.#entered = true;
    // The second Ctrl-C, and whatever else ends the process, come by here.
    process.on("exit", this.#leave);
    this.#onEnter();
    writeAtOnce(enter);
  }

  /** To the shell's screen for as long as kt is stopped (Ctrl-Z). */
  suspend(): void {
    if (this.#entered && !this.#left) writeAtOnce(leave);
  }
  resume(): void {
    if (this.#entered && !this.#left) writeAtOnce(enter);
    this.measure();
  }

  /** Can be called again, and waits for nothing. */
  leave(): void {
    const begun = this.#entered && !this.#left;
    this.#left = true;
    process.off("exit", this.#leave);
    if (begun) writeAtOnce((this.#abilities.graphics === "kitty" ? `\x1b\\${kittyGone}` : "") + leave);
  }
}

/** Where the terminal is held (Ctrl-S), or gone, nobody can be served, and nobody is waited for. */
function writeAtOnce(text: string): void {
  try {
    if (poll(stdout, pollOut) & pollOut) writeSync(stdout, text);
  } catch {
    // EIO: it is gone; EAGAIN: as above.
  }
}
