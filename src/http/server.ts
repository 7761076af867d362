/** The HTTP surface: every path in one table. */
import type { BunRequest, Server } from "bun";
import { KtError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { replay } from "../hub/replay.ts";
import { newestPicture, viewPictures } from "../hub/viewer.ts";
import page from "../page/index.html";
import { parsePosition } from "../record.ts";
import { isBrowser, mjpegResponse } from "./mjpeg.ts";
import { openSession, type Session } from "./socket.ts";

export interface ServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  brokers: string;
}

interface SocketData {
  session: Session | undefined;
}

/** @throws KtError port_taken */
export function startServer(hub: Hub, { host, port, brokers }: ServerOptions): Server<SocketData> {
  try {
    return Bun.serve<SocketData>({
      hostname: host,
      port,
      reusePort: false,
      idleTimeout: 0, // a stream may be silent for as long as its camera is
      development: false,
      routes: {
        "/": page,
        "/topics": () => json(hub.catalogue.topics),
        "/topics/:topic": (request: TopicRequest) => answer(() => json(topicOf(hub, request))),
        "/topics/:topic/stream.mjpeg": (request: TopicRequest) => answer(() => streamMjpeg(hub, request)),
        "/topics/:topic/frame": (request: TopicRequest) => answer(() => newestFrame(hub, request)),
        "/healthz": () => new Response("ok\n"),
        "/readyz": () => (hub.catalogue.broker.up ? new Response("ok\n") : new Response(`${hub.catalogue.broker.message}\n`, { status: 503 })),
        "/ws": (request: Request, server: Server<SocketData>) => {
          if (!sameOrigin(request)) return problem(403, "Only kt's own page may open its socket.");
          return server.upgrade(request, { data: { session: undefined } }) ? undefined : problem(426, "This path is a WebSocket.");
        },
      },
      fetch: () => problem(404, "There is nothing at this path; / is the page."),
      websocket: {
        perMessageDeflate: false, // JPEG does not shrink
        open(socket) {
          socket.data.session = openSession(socket, hub, brokers);
        },
        drain(socket) {
          socket.data.session?.drained();
        },
        message(socket, message) {
          if (typeof message !== "string") return;
          try {
            socket.data.session?.receive(message);
          } catch {
            socket.close(1007, "not a message of kt's page");
          }
        },
        close(socket) {
          socket.data.session?.close();
        },
      },
    });
  } catch (error) {
    if ((error as { code?: string }).code === "EADDRINUSE")
      throw new KtError({
        code: "port_taken",
        message: `Port ${port} on ${host} is taken.`,
        hint: "Choose another with --port, or --port 0 for a free one.",
        cause: error,
      });
    throw new KtError({
      code: "port_taken",
      message: `kt cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}.`,
      hint: "Choose another with --host and --port.",
      cause: error,
    });
  }
}

type TopicRequest = BunRequest<"/topics/:topic">;

function topicOf(hub: Hub, request: TopicRequest) {
  const topic = hub.catalogue.topics.find(({ name }) => name === request.params.topic);
  if (!topic) throw new KtError({ code: "unknown_topic", message: `There is no topic '${request.params.topic}'.`, hint: "/topics lists them." });
  return topic;
}

/** ?key= one stream; ?from= a place in the log and ?group= a remembered one, both with ?speed=. */
async function streamMjpeg(hub: Hub, request: TopicRequest): Promise<Response> {
  const { topic } = request.params;
  const query = new URL(request.url).searchParams;
  const key = query.get("key") ?? undefined;
  const group = query.get("group") ?? undefined;
  const from = parsePosition(query.get("from") ?? (group === undefined ? "end" : "resume"));
  const speed = Number(query.get("speed") ?? 1);
  if (!(speed > 0 && speed <= 100)) throw KtError.usage(`speed must be above 0 and at most 100, not '${query.get("speed")}'.`);
  const browser = isBrowser(request.headers);
  if (group === undefined && from.at === "end") {
    const viewer = await viewPictures(hub, topic, key);
    return mjpegResponse(
      browser,
      () => viewer.next(),
      () => viewer.close(),
    );
  }
  await hub.admin.topic(topic);
  // Where there is none it has to be said now: an answer that has begun has its status.
  if (isH264(hub, topic, key)) hub.ffmpeg();
  const closing = new AbortController();
  const pictures = replay(hub, { topic, key, from, group, speed }, closing.signal);
  const next = async () => (await pictures.next()).value ?? undefined;
  return mjpegResponse(browser, next, () => {
    closing.abort();
    void pictures.return(undefined);
  });
}

function isH264({ catalogue }: Hub, topic: string, key: string | undefined): boolean {
  const streams = catalogue.topics.find(({ name }) => name === topic)?.streams ?? [];
  return streams.some((stream) => (key === undefined || stream.key === key) && stream.contentType === "video/h264");
}

const newestWithinMs = 2000;

/** The newest picture of a stream. */
async function newestFrame(hub: Hub, request: TopicRequest): Promise<Response> {
  const key = new URL(request.url).searchParams.get("key") ?? undefined;
  const picture = await newestPicture(hub, request.params.topic, key, newestWithinMs);
  if (!picture) return problem(404, `Topic '${request.params.topic}' has no picture${key === undefined ? "" : ` of '${key}'`} near its end.`);
  return new Response(Buffer.from(picture.data), {
    headers: { "Content-Type": picture.type, "Cache-Control": "no-store", "X-Timestamp": String(picture.timestampMs), "X-Offset": String(picture.offset) },
  });
}

/** A browser names the page that opens a socket; another site's page must not read the topics. */
function sameOrigin(request: Request): boolean {
  const origin = request.headers.get("origin");
  return origin === null || new URL(origin).host === request.headers.get("host");
}

const statusByCode: Partial<Record<KtError["code"], number>> = { unknown_topic: 404, usage: 400, no_broker: 503, no_ffmpeg: 503 };

async function answer(work: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    const error = KtError.from(thrown);
    return problem(statusByCode[error.code] ?? 500, error.sentence);
  }
}

function json(value: unknown): Response {
  return Response.json(value, { headers: { "Cache-Control": "no-store" } });
}

function problem(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
