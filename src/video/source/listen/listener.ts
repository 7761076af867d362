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
 * @param say is told of those who were refused
 * @throws KtError port_taken, bad_input where it cannot be listened on
 */
export async function openListener({ location, shown }: VideoInput, say: (line: string) => void): Promise<Listener> {
  const address = parseListenAddress(location);
  if (address.protocol === "rtmp") return RtmpListener.open(address, shown, say);
  await checkUdp(address, shown);
  const inputOptions = ["-timeout", String(silentUs)];
  return {
    // ffmpeg listens by itself, and takes one at a time: libsrt refuses all others meanwhile.
    next: async (signal) => (signal.aborted ? undefined : { location: locationOf(address), inputOptions, from: undefined, isThere: false, leave: () => {} }),
    close: () => {},
  };
}

/** What ffmpeg says of a port that is taken helps nobody. */
function checkUdp({ host, port }: ListenAddress, shown: string): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(cannotListen(error, host, port, shown));
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()));
  });
}
