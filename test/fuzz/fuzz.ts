/** Says to a running kt serve what chance makes of messages and requests, and looks at what it answers. */
import { fuzzedMessage, type Target } from "./messages.ts";
import { random } from "./random.ts";
import { describedPaths, fuzzedRequest } from "./requests.ts";

export interface Fuzzing extends Target {
  /** Without a slash at the end. */
  url: string;
  seed: number;
  seconds: number;
}

export interface FuzzReport {
  messages: number;
  sockets: number;
  requests: number;
  parameters: number;
  headers: number;
  /** Answers by their status. */
  statuses: Record<string, number>;
  /** What was answered with a fault of the server's own, and the answer's begin. */
  faults: string[];
}

const messagesASocket = 40;
const sideBySide = 3;
/** The broker is away, or too much is asked for; and HTTP/9. */
const meant = ["503", "505"];
/** An answer that goes on for ever is left after so long. */
const mostMs = 400;

/** Ends after so many seconds, or where the server does not answer any more. @throws where it is gone */
export async function fuzz({ url, seed, seconds, ...target }: Fuzzing): Promise<FuzzReport> {
  const report: FuzzReport = { messages: 0, sockets: 0, requests: 0, parameters: 0, headers: 0, statuses: {}, faults: [] };
  const paths = describedPaths(await (await fetch(`${url}/openapi.json`)).json());
  const endMs = performance.now() + seconds * 1000;
  const { hostname, port } = new URL(url);
  const talk = async (of: number) => {
    const chance = random(seed + of);
    while (performance.now() < endMs) {
      report.messages += await talkOnce(`${url.replace("http", "ws")}/ws`, () => fuzzedMessage(chance, target));
      report.sockets++;
    }
  };
  const ask = async (of: number) => {
    const chance = random(seed + 1000 + of);
    while (performance.now() < endMs) {
      const { bytes, parameters, headers } = fuzzedRequest(chance, paths, target);
      const answer = await exchange(hostname, Number(port), bytes);
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "none";
      report.requests++;
      report.parameters += parameters;
      report.headers += headers;
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      if (status.startsWith("5") && !meant.includes(status)) report.faults.push(`${bytes.toString().slice(0, 500)} → ${answer.slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, (_, i) => [talk(i), ask(i)]).flat());
  const alive = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) });
  if (!alive.ok) report.faults.push(`/healthz answers ${alive.status} at the end`);
  return report;
}

/** A socket of its own. @returns how many messages were sent before it was closed */
function talkOnce(url: string, next: () => string | Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    let sent = 0;
    socket.onopen = async () => {
      for (; sent < messagesASocket && socket.readyState === WebSocket.OPEN; sent++) {
        socket.send(next() as string);
        if (sent % 8 === 7) await Bun.sleep(1);
      }
      await Bun.sleep(50);
      socket.close();
    };
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
    });
    socket.onclose = () => (opened ? resolve(sent) : reject(new Error("kt serve does not take a socket any more")));
  });
}

/** The begin of what comes back on a connection of its own. @throws where there is none */
async function exchange(hostname: string, port: number, bytes: Buffer): Promise<string> {
  let came = "";
  const done = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data(_, data) {
        if (came.length < 4096) came += data.toString("latin1");
      },
      close: () => done.resolve(),
      error: () => done.resolve(),
    },
  });
  socket.write(bytes);
  await Promise.race([done.promise, Bun.sleep(mostMs)]);
  socket.terminate();
  return came;
}
