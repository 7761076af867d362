/** The two servers side by side: kt serve with an emitter and Kafka beneath, go2rtc with the same pictures in the same time. */
import { existsSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { brokers, kt, report, run } from "../support.ts";
import { withComment } from "./parts.ts";
import { jpegPictures, rate } from "./pictures.ts";

export interface Side extends AsyncDisposable {
  name: "kt" | "go2rtc";
  pid: number;
  origin: string;
}

let topics = 0;
/** A topic of this run's own, that nobody has to clean up: scripts/bench throws the Kafka away. */
export async function makeTopic(what: string): Promise<string> {
  const topic = `bench-${what}-${process.pid}-${topics++}`;
  await run([kt, "topic", "create", topic, "--config", "retention.bytes=700000000", "--config", "segment.bytes=100000000"]);
  return topic;
}

/** @param options more of kt serve's */
export async function startKt(...options: string[]): Promise<Side> {
  const server = Bun.spawn([process.env.KT_BENCH_BINARY ?? kt, "serve", "--port", "0", ...options], {
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, KT_BROKERS: brokers() },
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const bytes of server.stderr) {
    said += decoder.decode(bytes);
    const origin = /http:\/\/[\d.:]+/.exec(said)?.[0];
    if (origin) return { name: "kt", pid: server.pid, origin, [Symbol.asyncDispose]: () => stop(server) };
  }
  throw new Error(`kt serve gave no address: ${said}`);
}

export function emit(...args: string[]): AsyncDisposable & { pid: number } {
  const emitter = Bun.spawn([kt, "emit-video", ...args], { stdout: "ignore", stderr: "ignore", env: { ...process.env, KT_BROKERS: brokers() } });
  return { pid: emitter.pid, [Symbol.asyncDispose]: () => stop(emitter) };
}

export interface Feeder extends AsyncDisposable {
  url: string;
  /** When the picture of that number was sent last, ms since 1970. */
  sentMs(number: number): number | undefined;
}

/** A camera of Motion JPEG for go2rtc: the numbered pictures in real time, each with the time at which it was sent. */
export async function startFeeder(): Promise<Feeder> {
  const pictures = await jpegPictures();
  const sockets = new Set<Socket>();
  const sent: number[] = [];
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n");
      sockets.add(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let number = 0;
  const began = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const send = () => {
    const nowMs = performance.timeOrigin + performance.now();
    const at = number % pictures.length;
    const picture = withComment(pictures[at] as Uint8Array, nowMs);
    sent[at] = nowMs;
    const part = Buffer.concat([Buffer.from(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`), picture, Buffer.from("\r\n")]);
    for (const socket of sockets) socket.write(part);
    number++;
    timer = setTimeout(send, Math.max(0, began + (number * 1000) / rate - performance.now()));
  };
  send();
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/camera`,
    sentMs: (of) => sent[of],
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** undefined, with a note, where GO2RTC does not name the program. */
export async function startGo2rtc(streams: Record<string, string>): Promise<Side | undefined> {
  const program = process.env.GO2RTC;
  if (!program || !existsSync(program)) {
    report("go2rtc: left out; GO2RTC=/path/to/go2rtc has it measured as well");
    return undefined;
  }
  const port = await freePort();
  const off = { listen: "" };
  const config = { api: { listen: `127.0.0.1:${port}` }, rtsp: off, webrtc: off, srtp: off, log: { level: "warn" }, streams };
  const server = Bun.spawn([program, "-config", JSON.stringify(config)], { stdout: "ignore", stderr: "inherit" });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await fetch(`${origin}/api`).catch(() => undefined))?.ok; tries++) {
    if (tries > 100) throw new Error("go2rtc did not begin to listen");
    await Bun.sleep(50);
  }
  return { name: "go2rtc", pid: server.pid, origin, [Symbol.asyncDispose]: () => stop(server) };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    }),
  );
}

async function stop(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGINT");
  const killing = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await child.exited;
  clearTimeout(killing);
}

/** kt and go2rtc serving the numbered pictures of 720p30, both with the source running. */
export interface Numbered extends AsyncDisposable {
  topic: string;
  kt: Side;
  go2rtc: Side | undefined;
  feeder: Feeder;
  /** Motion JPEG of each. */
  url(side: Side): string;
  sides: Side[];
}

export async function startNumbered(clip: string, what: string): Promise<Numbered> {
  const stack = new AsyncDisposableStack();
  const topic = await makeTopic(what);
  const feeder = stack.use(await startFeeder());
  const ktSide = stack.use(await startKt());
  stack.use(emit(clip, "--topic", topic, "--name", "clip", "--loop"));
  const go2rtc = await startGo2rtc({ clip: feeder.url });
  if (go2rtc) stack.use(go2rtc);
  await pictureOf(ktSide.origin, topic);
  return {
    topic,
    kt: ktSide,
    go2rtc,
    feeder,
    url: ({ name, origin }) => (name === "kt" ? `${origin}/topics/${topic}/stream.mjpeg` : `${origin}/api/stream.mjpeg?src=clip`),
    sides: go2rtc ? [ktSide, go2rtc] : [ktSide],
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export interface Newest {
  timestampMs: number;
  offset: number;
}

/** The newest picture of a topic, once there is one. */
export async function pictureOf(origin: string, topic: string, mostMs = 20_000): Promise<Newest> {
  for (const began = performance.now(); performance.now() - began < mostMs; await Bun.sleep(100)) {
    const response = await fetch(`${origin}/topics/${topic}/frame`);
    await response.bytes();
    if (response.ok) return { timestampMs: Number(response.headers.get("x-timestamp")), offset: Number(response.headers.get("x-offset")) };
  }
  throw new Error(`there was no picture in ${topic} after ${mostMs / 1000} s`);
}
