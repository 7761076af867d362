/** The terminal's answers, and keys. */
import { ansiSequences } from "../../format/visible-text.ts";
import { type KeyMode, keyMode } from "../../terminal/graphics/tty.ts";
import { writeOut } from "../../terminal/stdout.ts";
import { isTerminal } from "../../terminal/terminal.ts";

const stdin = 0;
/** What answers at all does so within milliseconds, beyond an ocean within some hundred. */
const mostAnswerMs = 1000;
const mostAnswerLength = 4096;

export class Keyboard {
  readonly #mode: KeyMode;
  #take: (text: string) => void = () => {};
  readonly #onData = (bytes: Uint8Array) => this.#take(Buffer.from(bytes).toString("latin1"));
  readonly #onExit = () => this.close();
  #closed = false;

  /** Undefined where stdin is no terminal: then there is nobody to ask, and no key. */
  static open(): Keyboard | undefined {
    const mode = isTerminal(stdin) ? keyMode(stdin) : undefined;
    return mode && new Keyboard(mode);
  }

  private constructor(mode: KeyMode) {
    this.#mode = mode;
    mode.take();
    process.on("exit", this.#onExit);
    process.stdin.on("data", this.#onData);
  }

  /** What the terminal says to that; what it said until then where it says no more. */
  async ask(question: string, isAnswered: (answers: string) => boolean): Promise<string> {
    let answers = "";
    const answered = new Promise<void>((resolve) => {
      this.#take = (text) => {
        answers = (answers + text).slice(-mostAnswerLength);
        if (isAnswered(answers)) resolve();
      };
    });
    await writeOut(Buffer.from(question));
    await Promise.race([answered, Bun.sleep(mostAnswerMs)]);
    this.#take = () => {};
    return answers;
  }

  /** @param press is given each character; a key that sends a sequence, and a late answer, is none */
  onKey(press: (key: string) => void): void {
    this.#take = (text) => {
      for (const key of text.replaceAll(ansiSequences(), "")) press(key);
    };
  }

  /** For as long as kt is stopped (Ctrl-Z) the terminal is as it was. */
  suspend(): void {
    this.#mode.giveBack();
  }
  resume(): void {
    if (!this.#closed) this.#mode.take();
  }

  /** The terminal is as it was. Can be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    process.off("exit", this.#onExit);
    process.stdin.off("data", this.#onData);
    process.stdin.pause();
    this.#mode.giveBack();
  }
}
