/** A Kafka of a test's own: to be stopped, to hang, or to be empty. */
import { open, rm } from "node:fs/promises";
import { root, type TempFolder, tempFolder } from "./kt.ts";
import { run } from "./process.ts";

export class OwnBroker implements AsyncDisposable {
  readonly address: string;
  readonly #folder: TempFolder;

  private constructor(address: string, folder: TempFolder) {
    this.address = address;
    this.#folder = folder;
  }

  /** @param options more for scripts/kafka start */
  static async start(...options: string[]): Promise<OwnBroker> {
    const folder = await tempFolder();
    try {
      // Records of long ago stay, too: by itself a broker would delete them at its next look, 30 s after its start.
      const kept = ["--set", "log.retention.check.interval.ms=3600000"];
      return new OwnBroker(await startedOnFreePort(folder, [...kept, ...options]), folder);
    } catch (error) {
      await folder[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** After stop or kill: at the same address, with the same records. */
  async startAgain(): Promise<void> {
    const address = await kafka("start", this.#folder);
    if (address !== this.address) throw new Error(`the broker came back at ${address} instead of ${this.address}`);
  }

  /** Overwrites bytes in what it keeps of a topic's first partition, as a bad disk does. */
  async damage(topic: string, found: Buffer, instead: Buffer): Promise<void> {
    const { stdout } = await run(["find", this.#folder.path, "-path", `*/${topic}-0/*.log`]);
    const file = await open(stdout.trim(), "r+");
    try {
      const at = (await file.readFile()).indexOf(found);
      if (at < 0) throw new Error(`${topic} does not hold what is to be damaged`);
      await file.write(instead, 0, instead.length, at);
    } finally {
      await file.close();
    }
  }

  /** @param node of a cluster only this one, counted from 1 */
  async stop(node?: number): Promise<void> {
    await kafka("stop", this.#folder, ...(node === undefined ? [] : ["--node", String(node)]));
  }

  /** As a crash does. @param node of a cluster only this one, counted from 1 */
  async kill(node?: number): Promise<void> {
    await kafka("kill", this.#folder, ...(node === undefined ? [] : ["--node", String(node)]));
  }

  /** As a machine that hangs does: its connections stay, and nothing is answered. @param node counted from 1 */
  async pause(node: number): Promise<void> {
    process.kill(await this.#pid(node), "SIGSTOP");
  }

  async resume(node: number): Promise<void> {
    process.kill(await this.#pid(node), "SIGCONT");
  }

  async #pid(node: number): Promise<number> {
    const [, pid] = /pid (\d+)/.exec(await kafka("status", this.#folder, "--node", String(node))) ?? [];
    if (pid === undefined) throw new Error(`node ${node} does not run`);
    return Number(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function startedOnFreePort(folder: TempFolder, options: string[]): Promise<string> {
  for (let attempt = 1; ; attempt++)
    try {
      return await kafka("start", folder, "--port", String(freePort()), ...options);
    } catch (error) {
      // Somebody else may have taken the port since it was chosen.
      await rm(`${folder.path}/kafka`, { recursive: true, force: true });
      if (attempt === 3) throw error;
    }
}

/** Not the usual port, for which a developer's own Kafka may ask, and below those that Linux gives to outgoing connections. */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // taken: another one
    }
  }
}

async function kafka(action: string, folder: TempFolder, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await run([`${root}scripts/kafka`, action, "--data", `${folder.path}/kafka`, ...options], { timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`scripts/kafka ${action}: ${stderr}`);
  return stdout.trim();
}
