/** A clock of day that a test sets, for programs that it starts; the steady clock, by which they wait, goes on as it is. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TempFolder, tempFolder } from "./kt.ts";

export class Clock implements AsyncDisposable {
  /** For a program that is to have it. */
  readonly env: Record<string, string>;
  #aheadMs = 0;
  readonly #folder: TempFolder;
  readonly #file: string;

  private constructor(library: string, folder: TempFolder) {
    this.#folder = folder;
    this.#file = join(folder.path, "clock");
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_RESET: "1",
    };
    this.set(0);
  }

  static async start(): Promise<Clock> {
    const [library] = new Bun.Glob("*/faketime/libfaketimeMT.so.1").scanSync("/usr/lib");
    if (library === undefined) throw new Error("There is no libfaketime: apt-get install faketime");
    return new Clock(join("/usr/lib", library), await tempFolder());
  }

  /** @param aheadMs of the machine's clock */
  set(aheadMs: number): void {
    this.#aheadMs = aheadMs;
    writeFileSync(this.#file, `${aheadMs < 0 ? "-" : "+"}${Math.abs(aheadMs) / 1000}`);
  }

  get nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}
