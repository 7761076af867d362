/** Where publishers come to, opened. */
import { createSocket } from "node:dgram";
import type { VideoInput } from "../input.ts";
import { type ListenAddress, locationOf, parseListenAddress } from "./address.ts";
import { cannotListen } from "./cannot-listen.ts";
import type { Listener } from "./publisher.ts";
import { RtmpListener } from "./rtmp-listener.ts";

/** A publisher that is there and sends nothing for so long is gone: ffmpeg itself waits for ever. */
const silentUs = 10_000_000;
/**
 * Where kt was killed, nobody ends its ffmpeg, which would keep the port for ever: so ffmpeg waits for somebody only so
 * long. It takes two seconds to close then, with nobody there who answers. So kt replaces it before that, at once; who
 * comes in between tries again by itself (libsrt does, for three seconds).
 */
const waitMs = 5000;
const orphanMs = waitMs + 1000;
/** The ffmpeg of a kt that was killed may still have the port: the next kt is often started at once. */
const takenMs = orphanMs + 3000;
const retryMs = 250;

/**
 * @param say is told of those who were refused
 * @throws KtError port_taken, bad_input where it cannot be listened on
 */
export async function openListener({ location, shown }: VideoInput, say: (line: string) => void): Promise<Listener> {
  const address = parseListenAddress(location);
  if (address.protocol === "rtmp") return RtmpListener.open(address, shown, say);
  await checkUdp(address, shown, performance.now() + takenMs);
  const inputOptions = ["-timeout", String(silentUs), "-listen_timeout", String(orphanMs * 1000)];
  return {
    // ffmpeg listens by itself, and takes one at a time: libsrt refuses all others meanwhile.
    next: async (signal) =>
      signal.aborted ? undefined : { location: locationOf(address), inputOptions, from: undefined, isThere: false, waitMs, leave: () => {} },
    close: () => {},
  };
}

/** What ffmpeg says of a port that is taken helps nobody. */
async function checkUdp(address: ListenAddress, shown: string, untilMs: number): Promise<void> {
  const { host, port } = address;
  for (;;) {
    const error = await bindUdp(address);
    if (!error) return;
    if (error.code !== "EADDRINUSE" || performance.now() > untilMs) throw cannotListen(error, host, port, shown);
    await Bun.sleep(retryMs);
  }
}

/** Resolves with why it cannot be had, and leaves it free where it can. */
function bindUdp({ host, port }: ListenAddress): Promise<NodeJS.ErrnoException | undefined> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
