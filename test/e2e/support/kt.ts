/** The built binary, against the Kafka that scripts/test started. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordEnvelope } from "../../../src/format/json.ts";
import { type Finished, Running, type RunOptions, run } from "./process.ts";

export const root = new URL("../../../", import.meta.url).pathname;
export const binary = process.env.KT_TEST_BINARY ?? `${root}dist/kt`;
export const pythonPath = process.env.KT_TEST_PYTHON ?? `${root}.build/venv/bin/python`;
export const ffmpegPath = process.env.FFMPEG_BIN ?? "ffmpeg";

/** The shared broker. */
export const brokers = required("KT_TEST_BROKERS");

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with scripts/test, or start a broker with scripts/kafka.`);
  return value;
}

/** What a user's shell could have set must not reach the tests. */
const plain = {
  KT_BROKERS: brokers,
  KT_TOPIC: undefined,
  KT_CONFIG: undefined,
  KT_PROFILE: undefined,
  KT_TOKEN: undefined,
  KT_TOKEN_FILE: undefined,
  KT_READ_TOKEN: undefined,
  KT_READ_TOKEN_FILE: undefined,
  KT_TLS_CERT: undefined,
  KT_TLS_KEY: undefined,
  XDG_CONFIG_HOME: "/nonexistent",
  NO_COLOR: undefined,
};

export function kt(args: string[], options: RunOptions = {}): Promise<Finished> {
  return run([binary, ...args], { ...options, env: { ...plain, ...options.env } });
}

/** As kt, where anything but exit code 0 is not what the test is about. */
export async function ktOk(args: string[], options: RunOptions = {}): Promise<Finished> {
  const finished = await kt(args, options);
  if (finished.code !== 0) throw new Error(`kt ${args.join(" ")} ended with ${finished.code}: ${finished.stderr}`);
  return finished;
}

interface StartOptions {
  env?: RunOptions["env"];
  stdin?: "pipe";
  cwd?: string;
  /** What the shell does before it becomes kt: ulimit -n 64 */
  after?: string;
}

export function startKt(args: string[], { after, ...options }: StartOptions = {}): Running {
  const command = after === undefined ? [binary, ...args] : ["sh", "-c", `${after} && exec "$0" "$@"`, binary, ...args];
  return new Running(command, { ...options, env: { ...plain, ...options.env } });
}

export interface Served extends AsyncDisposable {
  /** Without a slash at the end. */
  url: string;
  process: Running;
}

/** kt serve on a free port. */
export function serve(ofBrokers = brokers, ...options: string[]): Promise<Served> {
  return served(startKt(["serve", "--port", "0", ...options], { env: { KT_BROKERS: ofBrokers } }));
}

/** A kt serve that was started otherwise, once it listens. */
export async function served(process: Running): Promise<Served> {
  try {
    const found = await process.stderr.waitFor(/(https?:\/\/127\.0\.0\.1:\d+)\//);
    return { url: found?.[1] as string, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** What /metrics says of a series, as 'kt_viewers{kind="page"}'; NaN where it says nothing. */
export async function metric(url: string, series: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1));
}

/** Runs a script of support/, or one given as text, with kafka-python, OpenCV and Flask at hand. */
export function python(script: string, args: string[] = [], options: RunOptions = {}): Promise<Finished> {
  return run(pythonCommand(script, args), options);
}

export async function pythonOk(script: string, args: string[] = [], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await python(script, args, options);
  if (code !== 0) throw new Error(`python ended with ${code}: ${stderr.slice(-2000)}`);
  return stdout;
}

export function startPython(script: string, args: string[] = []): Running {
  return new Running(pythonCommand(script, args));
}

function pythonCommand(script: string, args: string[]): string[] {
  const file = /^[\w/]+\.py$/.test(script);
  return [pythonPath, "-u", ...(file ? [`${root}test/e2e/${script}`] : ["-c", script]), ...args];
}

export function uniqueName(label: string): string {
  return `${label}-${randomBytes(4).toString("hex")}`;
}

/** A topic of its own. */
export async function makeTopic(label: string, ...options: string[]): Promise<string> {
  const topic = uniqueName(label);
  await ktOk(["topic", "create", topic, ...options]);
  return topic;
}

/** What a topic holds now. */
export async function recordsOf(topic: string, ...options: string[]): Promise<RecordEnvelope[]> {
  const { stdout } = await ktOk(["consume", topic, "--json", "--exit", ...options], { timeoutMs: 60_000 });
  return jsonLines(stdout);
}

export function jsonLines<T = RecordEnvelope>(text: string): T[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

export interface TempFolder extends AsyncDisposable {
  path: string;
}

export async function tempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), "kt-e2e-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Asks again until the condition holds; where it never does, `what` says what was waited for, or how far it came. */
export async function eventually<T>(
  ask: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  what: string | (() => string),
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`${typeof what === "string" ? what : what()}: not within ${timeoutMs} ms`);
    await Bun.sleep(100);
  }
}
