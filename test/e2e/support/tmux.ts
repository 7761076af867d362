/** A real terminal without a screen: tmux, whose cells, cursor and modes can be asked for. */
import { rm } from "node:fs/promises";
import { eventually, type TempFolder, tempFolder } from "./kt.ts";
import { run } from "./process.ts";

export interface Cell {
  character: string;
  /** As [red, green, blue], or the number of one of 256 colours; undefined for the terminal's own. */
  front: number[] | number | undefined;
  back: number[] | number | undefined;
}

const esc = String.fromCharCode(0x1b);

export class Terminal implements AsyncDisposable {
  readonly #folder: TempFolder;

  private constructor(folder: TempFolder) {
    this.#folder = folder;
  }

  /** A shell without settings of its own, in a window of so many characters. */
  static async open(columns: number, rows: number, environment: Record<string, string> = {}): Promise<Terminal> {
    const terminal = new Terminal(await tempFolder());
    const given = Object.entries({ PS1: "$ ", ENV: "", ...environment }).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, ...given, "sh");
    return terminal;
  }

  /** Types a line. */
  async enter(line: string): Promise<void> {
    await this.#tmux("send-keys", "-l", line);
    await this.press("Enter");
  }

  /** Space, q, C-c, … */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** What can be read; what did not fit into a row is one line all the same. */
  async text(): Promise<string> {
    return this.#tmux("capture-pane", "-p", "-J");
  }

  async waitFor(wanted: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    let text = "";
    return eventually(
      async () => {
        text = await this.text();
        return wanted.exec(text);
      },
      () => `${wanted} on the terminal, which shows:\n${text}`,
      timeoutMs,
    );
  }

  /** Each row's characters with their colours. */
  async cells(): Promise<Cell[][]> {
    return (await this.#tmux("capture-pane", "-p", "-e")).split("\n").map(cellsOf);
  }

  /** Whether the shell has its screen, its cursor, and its title as they were. */
  async state(): Promise<{ alternate: boolean; cursor: boolean; title: string }> {
    const said = await this.#tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{pane_title}");
    const [alternate, cursor, ...title] = said.trim().split(" ");
    return { alternate: alternate === "1", cursor: cursor === "1", title: title.join(" ") };
  }

  async #tmux(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(["tmux", "-S", `${this.#folder.path}/tmux`, ...words], { env: { TMUX: undefined } });
    if (code !== 0) throw new Error(`tmux ${words.join(" ")}: ${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
    await rm(this.#folder.path, { recursive: true, force: true });
  }
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let [front, back]: [Cell["front"], Cell["back"]] = [undefined, undefined];
  for (const [token, parameters] of line.matchAll(new RegExp(`${esc}\\[([\\d;]*)m|[^${esc}]`, "gu"))) {
    if (parameters === undefined) {
      cells.push({ character: token, front, back });
      continue;
    }
    const numbers = parameters.split(";").map(Number);
    while (numbers.length > 0) {
      const code = numbers.shift() ?? 0;
      if (code === 0) [front, back] = [undefined, undefined];
      if (code !== 38 && code !== 48) continue;
      const colour = numbers.shift() === 2 ? numbers.splice(0, 3) : numbers.shift();
      if (code === 38) front = colour;
      else back = colour;
    }
  }
  return cells;
}
