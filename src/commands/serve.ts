/** kt serve: the page and the streams, until Ctrl-C. */
import { KtError } from "../errors.ts";
import { isLoopback } from "../host-name.ts";
import { type Serving, startServer } from "../http/server.ts";
import { type Hub, openHub } from "../hub/hub.ts";
import { ffmpegFor } from "../options/ffmpeg.ts";
import type { Resolved } from "../options/kinds.ts";
import { kafkaConfig, type serveOptions } from "../options/options.ts";
import { takeLimits } from "../options/options-take.ts";
import { readTlsFiles } from "../options/tls-files.ts";
import { TokenSource } from "../options/tokens.ts";
import { schemaReader } from "../registry/schema-reader.ts";
import { onReload } from "../terminal/reload.ts";
import { shutdown, shutdownCause } from "../terminal/shutdown.ts";
import { note } from "../terminal/terminal.ts";
import { addressOf, tellMadeTokens } from "./serve-address.ts";

/** Whoever runs kt in a cluster ends it so, and has to learn that it goes; who presses Ctrl-C knows. */
const noticeMs = 1000;

type Options = Resolved<typeof serveOptions>;

export async function serve(_args: string[], options: Options): Promise<void> {
  const { host, port, allowHost, allowOrigin, groups, topics } = options;
  const warn = (trouble: string) => note(`Warning: ${trouble}`);
  const source = new TokenSource(options, options.allowProduce.length > 0);
  const tokens = source.read();
  const asks = !source.onlyForWriting && (tokens.all !== undefined || tokens.read !== undefined);
  checkAuth(options, asks);
  const take = options.allowProduce.length > 0 ? { ...takeLimits(options), allows: oneOf(options.allowProduce) } : undefined;
  const tls = readTlsFiles({ cert: options.tlsCert, key: options.tlsKey });
  const config = kafkaConfig(options);
  const hub = await openHub(config, {
    ffmpeg: () => ffmpegFor(options.ffmpeg),
    wait: options.wait,
    overlays: options.overlay,
    mayMove: groups.length > 0 ? oneOf(groups) : undefined,
    shows: topics.length > 0 ? oneOf(topics) : undefined,
    takes: take?.allows,
    schemas: schemaReader(options),
    onTrouble: warn,
  });
  try {
    const { brokers } = config;
    const limits = { connections: options.maxConnections, tiles: options.maxTiles, groups: options.maxGroups, bufferedBytes: options.maxBuffer };
    const access = { host, tokens, onlyForWriting: source.onlyForWriting, hosts: allowHost, origins: allowOrigin };
    const server = startServer(hub, { ...access, port, brokers, tls, limits, take, warn, note });
    const at = { host, port: server.port, secure: tls !== undefined };
    note(`kt serves ${brokers} at ${addressOf(at)} (Ctrl-C ends)`);
    tellMadeTokens(source.made, source.onlyForWriting, { ...at, names: allowHost });
    if (options.wait) tellOfWaiting(hub);
    if (!asks && !isLoopback(host)) warn(`whoever reaches ${host} can read every topic.`);
    if ((asks || take) && tls === undefined && !isLoopback(host))
      note("The token and the pictures are sent unencrypted: --tls-cert and --tls-key make it https.");
    if (source.hasFiles || tls) onReload(() => reload(server, source, options));
    await new Promise<void>((resolve) => {
      if (shutdown.aborted) resolve();
      shutdown.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.end(shutdownCause() === "SIGTERM" ? noticeMs : 0);
  } finally {
    await hub.close();
  }
}

/** Reads the files again. What is wrong with one is said, and all stays as it was. */
function reload(server: Serving, source: TokenSource, { tlsCert, tlsKey }: Options): void {
  try {
    const tokens = source.read();
    const tls = readTlsFiles({ cert: tlsCert, key: tlsKey });
    if (tls) server.replaceCertificate(tls);
    if (source.hasFiles) server.replaceTokens(tokens);
    note(`kt has read ${[source.hasFiles && "the token", tls && "the certificate"].filter(Boolean).join(" and ")} again.`);
  } catch (error) {
    note(`Warning: everything stays as it was: ${KtError.from(error).sentence}`);
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

/** A name that any of the patterns means. */
const oneOf = (patterns: ((name: string) => boolean)[]) => (name: string) => patterns.some((isMeant) => isMeant(name));

/** Nobody is let in without having been asked for it. @param asks whether reading asks for a token @throws KtError usage */
function checkAuth({ host, noAuth }: Options, asks: boolean): void {
  if (asks && noAuth) throw KtError.usage("--no-auth asks for no token, and there is one (--token, KT_TOKEN).", "Leave one of them out.");
  if (!asks && !noAuth && !isLoopback(host))
    throw KtError.usage(`Whoever reaches ${host} could read every topic: give a --token (or KT_TOKEN) that they must bring, or say --no-auth.`);
}
