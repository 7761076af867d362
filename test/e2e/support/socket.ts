/** The page's WebSocket, as a program opens it. */

type Message = Record<string, unknown>;

export interface Socket extends AsyncDisposable {
  /** The texts that came so far. */
  told: Message[];
  /** The code with which the server closed it. */
  closed: Promise<number>;
  send(...messages: object[]): void;
  waitFor(isIt: (message: Message) => boolean): Promise<Message>;
}

/** @throws where the server refuses it */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<Socket> {
  // Bun's takes headers, which a browser's does not.
  const socket = new WebSocket(url.replace(/^http/, "ws").concat("/ws"), { headers } as unknown as string[]);
  const told: Message[] = [];
  socket.onmessage = ({ data }) => typeof data === "string" && told.push(JSON.parse(data) as Message);
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the socket was refused")));
  });
  return {
    told,
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
