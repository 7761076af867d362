/** Programs as a user runs them: one that ends, and one that goes on. */

export interface RunOptions {
  stdin?: string | Uint8Array;
  /** On top of this process's; undefined takes a name away. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  timeoutMs?: number;
}

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout, byte for byte. */
  bytes: Buffer;
  ms: number;
}

function environment(changes: RunOptions["env"] = {}): Record<string, string> {
  const all = { ...process.env, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Runs to the end; @throws when that takes longer than the timeout, with what the program said. */
export async function run(command: string[], { stdin = "", env, cwd, timeoutMs = 30_000 }: RunOptions = {}): Promise<Finished> {
  const begun = performance.now();
  // In a process group of its own, so that a shell's children end with it: they would hold its pipes open.
  const child = Bun.spawn(command, { stdin: Buffer.from(stdin), stdout: "pipe", stderr: "pipe", env: environment(env), cwd, detached: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid, "SIGKILL");
  }, timeoutMs);
  try {
    const [bytes, stderr, code] = await Promise.all([new Response(child.stdout).arrayBuffer(), new Response(child.stderr).text(), child.exited]);
    const stdout = Buffer.from(bytes);
    if (late)
      throw new Error(`${command.join(" ")} did not end within ${timeoutMs} ms.\nstdout: ${stdout.toString().slice(-500)}\nstderr: ${stderr.slice(-500)}`);
    return { code, stdout: stdout.toString(), stderr, bytes: stdout, ms: performance.now() - begun };
  } finally {
    clearTimeout(timer);
  }
}

/** What a running program writes, as it comes. */
export class Output {
  text = "";
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    void this.#read(stream);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** Whole lines so far. */
  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  /** Resolves when the text matches, or the condition holds. */
  async waitFor(wanted: RegExp | ((output: Output) => boolean), timeoutMs = 20_000): Promise<RegExpExecArray | null> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = wanted instanceof RegExp ? wanted.exec(this.text) : wanted(this);
      if (found) return found === true ? null : found;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Error(`${wanted} did not come within ${timeoutMs} ms. What came: ${this.text.slice(-1000)}`);
      await Promise.race([this.#changed.promise, Bun.sleep(Math.min(leftMs, 100))]);
    }
  }
}

/** A program that goes on; it is killed at the end of the block that holds it with `await using`. */
export class Running implements AsyncDisposable {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly #child;

  constructor(command: string[], { env, cwd, stdin }: { env?: RunOptions["env"]; cwd?: string; stdin?: "pipe" } = {}) {
    this.#child = Bun.spawn(command, { stdin: stdin ?? "ignore", stdout: "pipe", stderr: "pipe", env: environment(env), cwd });
    this.stdout = new Output(this.#child.stdout as ReadableStream<Uint8Array>);
    this.stderr = new Output(this.#child.stderr as ReadableStream<Uint8Array>);
  }

  get pid(): number {
    return this.#child.pid;
  }
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  write(data: string | Uint8Array): void {
    const stdin = this.#child.stdin;
    if (typeof stdin !== "object" || stdin === null) throw new Error("started without stdin: pipe");
    stdin.write(data);
    stdin.flush();
  }

  /** Ctrl-C, as the terminal sends it. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** The exit code. */
  async ended(timeoutMs = 10_000): Promise<number> {
    const code = await Promise.race([this.#child.exited, Bun.sleep(timeoutMs)]);
    if (code === undefined) throw new Error(`pid ${this.pid} did not end within ${timeoutMs} ms. stderr: ${this.stderr.text.slice(-1000)}`);
    await Bun.sleep(20); // what it wrote last is still on its way
    return code;
  }

  /** Ctrl-C, then the exit code. */
  async stop(timeoutMs?: number): Promise<number> {
    this.interrupt();
    return this.ended(timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running) this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}
