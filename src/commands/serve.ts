/** kt serve: the page and the streams, until Ctrl-C. */
import { startServer } from "../http/server.ts";
import { openHub } from "../hub/hub.ts";
import { kafkaConfig, type Resolved, type serveOptions } from "../options.ts";
import { shutdown } from "../shutdown.ts";
import { note } from "../terminal.ts";
import { findFfmpeg } from "../video/find-ffmpeg.ts";

export async function serve(_args: string[], options: Resolved<typeof serveOptions>): Promise<void> {
  const ffmpeg = () => findFfmpeg(options.ffmpeg);
  const hub = await openHub(kafkaConfig(options), ffmpeg, (trouble) => note(`Warning: ${trouble}`));
  try {
    const server = startServer(hub, { host: options.host, port: options.port, brokers: options.brokers });
    note(`kt serves ${options.brokers} at http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${server.port}/ (Ctrl-C ends)`);
    await new Promise<void>((resolve) => {
      if (shutdown.aborted) resolve();
      shutdown.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.stop(true);
  } finally {
    await hub.close();
  }
}
