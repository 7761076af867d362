/** A camera: an RTSP server that a test can take away. */
import { root } from "./kt.ts";
import { Running } from "./process.ts";

export interface Camera extends AsyncDisposable {
  url(name: string): string;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** At the same address. */
  startAgain(): Promise<void>;
  /** Stops sending without closing anything, until it is thawed. */
  freeze(): void;
  thaw(): void;
}

/** @param clip H.264 in MP4; each client gets it from its beginning to its end */
export async function startCamera(clip: string, ...names: string[]): Promise<Camera> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  // Debian's own Python has GStreamer's bindings, whichever other Python stands before it in PATH.
  const start = async () => {
    const server = new Running(["/usr/bin/python3", `${root}test/e2e/support/rtsp_server.py`, String(port), clip, ...names]);
    await server.stdout.waitFor(/serving/);
    return server;
  };
  let server = await start();
  return {
    url: (name) => `rtsp://127.0.0.1:${port}/${name}`,
    async kill() {
      await server[Symbol.asyncDispose]();
    },
    async startAgain() {
      server = await start();
    },
    freeze: () => process.kill(server.pid, "SIGSTOP"),
    thaw: () => process.kill(server.pid, "SIGCONT"),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
