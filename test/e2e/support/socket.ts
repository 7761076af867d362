/** The page's WebSocket, as a program opens it. */
import { connect } from "node:net";

type Message = Record<string, unknown>;

export interface Socket extends AsyncDisposable {
  /** The texts that came so far. */
  told: Message[];
  /** How many frames and pieces came. */
  readonly binaries: number;
  /** The code with which the server closed it. */
  closed: Promise<number>;
  send(...messages: object[]): void;
  waitFor(isIt: (message: Message) => boolean): Promise<Message>;
}

/** @throws where the server refuses it, or its certificate is not trusted and has to be (`trusted`) */
export async function openSocket(url: string, headers: Record<string, string> = {}, trusted = true): Promise<Socket> {
  // Bun's takes headers, which a browser's does not.
  const socket = new WebSocket(url.replace(/^http/, "ws").concat("/ws"), { headers, tls: { rejectUnauthorized: trusted } } as unknown as string[]);
  const told: Message[] = [];
  let binaries = 0;
  socket.onmessage = ({ data }) => (typeof data === "string" ? told.push(JSON.parse(data) as Message) : binaries++);
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the socket was refused")));
  });
  return {
    told,
    get binaries() {
      return binaries;
    },
    closed,
    send: (...messages) => {
      for (const message of messages) socket.send(JSON.stringify(message));
    },
    async waitFor(isIt) {
      for (const deadline = performance.now() + 20_000; performance.now() < deadline; await Bun.sleep(20)) {
        const found = told.find(isIt);
        if (found) return found;
      }
      throw new Error(`It did not come. What came: ${JSON.stringify(told).slice(-1000)}`);
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}

/** What the server sends on a socket whose reader begins to read only when `untilRead` is over. */
export async function slowSocket(
  url: string,
  messages: object[],
  untilRead: () => Promise<unknown>,
  isDone: (texts: Message[], binaries: number) => boolean,
): Promise<{ texts: Message[]; binaries: number }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const key = Buffer.alloc(16).toString("base64");
  const headers = ["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${key}`];
  socket.write(`GET /ws HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
  let rest: Buffer = await new Promise((resolve) => socket.once("data", resolve));
  rest = rest.subarray(rest.indexOf("\r\n\r\n") + 4);
  socket.pause();
  for (const message of messages) socket.write(masked(JSON.stringify(message)));
  await untilRead();
  const texts: Message[] = [];
  let binaries = 0;
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  try {
    for (const deadline = performance.now() + 40_000; performance.now() < deadline; await Bun.sleep(20)) {
      rest = Buffer.concat([rest, ...chunks.splice(0)]);
      for (let frame = frameOf(rest); frame; frame = frameOf(rest)) {
        if (frame.opcode === 1) texts.push(JSON.parse(frame.payload.toString()) as Message);
        if (frame.opcode === 2) binaries++;
        rest = rest.subarray(frame.end);
      }
      if (isDone(texts, binaries)) break;
    }
    return { texts, binaries };
  } finally {
    socket.destroy();
  }
}

/** A text as a client sends it (RFC 6455, 5.2); the mask is zero. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? Buffer.from([0x80 | payload.length]) : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4), payload]);
}

function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 10) return undefined;
  const short = (bytes[1] as number) & 127;
  const [begin, length] = short < 126 ? [2, short] : short === 126 ? [4, bytes.readUInt16BE(2)] : [10, Number(bytes.readBigUInt64BE(2))];
  if (bytes.length < begin + length) return undefined;
  return { opcode: (bytes[0] as number) & 15, payload: bytes.subarray(begin, begin + length), end: begin + length };
}
