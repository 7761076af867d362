/** kt serve: the page and the streams, until Ctrl-C. */
import { isLoopback } from "../http/access.ts";
import { startServer } from "../http/server.ts";
import { openHub } from "../hub/hub.ts";
import type { Resolved } from "../option-kinds.ts";
import { kafkaConfig, type serveOptions } from "../options.ts";
import { shutdown } from "../shutdown.ts";
import { note } from "../terminal.ts";
import { findFfmpeg } from "../video/find-ffmpeg.ts";

export async function serve(_args: string[], options: Resolved<typeof serveOptions>): Promise<void> {
  const config = kafkaConfig(options);
  const hub = await openHub(config, {
    ffmpeg: () => findFfmpeg(options.ffmpeg),
    mayMove: options.groups.length > 0 ? (group) => options.groups.some((isMeant) => isMeant(group)) : undefined,
    onTrouble: (trouble) => note(`Warning: ${trouble}`),
  });
  try {
    const { brokers } = config;
    const { host, port, token, allowOrigin } = options;
    const server = startServer(hub, { host, port, brokers, token, origins: allowOrigin });
    note(`kt serves ${brokers} at http://${host.includes(":") ? `[${host}]` : host}:${server.port}/ (Ctrl-C ends)`);
    if (token === undefined && !isLoopback(host)) note(`Warning: whoever reaches ${host} can read every topic. Set a --token, or listen on 127.0.0.1.`);
    await new Promise<void>((resolve) => {
      if (shutdown.aborted) resolve();
      shutdown.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.stop(true);
  } finally {
    await hub.close();
  }
}
