/** kt serve: the page and the streams, until Ctrl-C. */
import { KtError } from "../errors.ts";
import { isLoopback } from "../host-name.ts";
import { startServer } from "../http/server.ts";
import { type Hub, openHub } from "../hub/hub.ts";
import { ffmpegFor } from "../options/ffmpeg.ts";
import type { Resolved } from "../options/kinds.ts";
import { kafkaConfig, type serveOptions } from "../options/options.ts";
import { shutdown, shutdownCause } from "../terminal/shutdown.ts";
import { note } from "../terminal/terminal.ts";

/** Whoever runs kt in a cluster ends it so, and has to learn that it goes; who presses Ctrl-C knows. */
const noticeMs = 1000;

export async function serve(_args: string[], options: Resolved<typeof serveOptions>): Promise<void> {
  const { host, port, token, allowHost, allowOrigin, groups } = options;
  checkAuth(options);
  const config = kafkaConfig(options);
  const onTrouble = (trouble: string) => note(`Warning: ${trouble}`);
  const hub = await openHub(config, {
    ffmpeg: () => ffmpegFor(options.ffmpeg),
    wait: options.wait,
    mayMove: groups.length > 0 ? (group) => groups.some((isMeant) => isMeant(group)) : undefined,
    onTrouble,
  });
  try {
    const { brokers } = config;
    const server = startServer(hub, { host, port, brokers, token, hosts: allowHost, origins: allowOrigin, onTrouble });
    note(`kt serves ${brokers} at http://${host.includes(":") ? `[${host}]` : host}:${server.port}/ (Ctrl-C ends)`);
    if (options.wait) tellOfWaiting(hub);
    if (token === undefined && !isLoopback(host)) note(`Warning: whoever reaches ${host} can read every topic.`);
    await new Promise<void>((resolve) => {
      if (shutdown.aborted) resolve();
      shutdown.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.end(shutdownCause() === "SIGTERM" ? noticeMs : 0);
  } finally {
    await hub.close();
  }
}

/** Says what is waited for, and when it has come. */
function tellOfWaiting({ catalogue }: Hub): void {
  let waited = false;
  catalogue.listeners.add({
    onBroker({ up, waiting, message }) {
      if (waiting) note(`kt waits for Kafka: ${message}`);
      else if (up && waited) note("Kafka answers.");
      waited = waiting;
    },
  });
}

/** Nobody is let in without having been asked for it. @throws KtError usage */
function checkAuth({ host, token, noAuth }: Resolved<typeof serveOptions>): void {
  if (token !== undefined && noAuth) throw KtError.usage("--no-auth asks for no token, and there is one (--token, KT_TOKEN).", "Leave one of them out.");
  if (token === undefined && !noAuth && !isLoopback(host))
    throw KtError.usage(`Whoever reaches ${host} could read every topic: give a --token (or KT_TOKEN) that they must bring, or say --no-auth.`);
}
