/** The HTTP surface: who may ask, the methods, the paths, the page and its socket. */
import type { BunRequest, Server } from "bun";
import { KtError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { Access, type AccessOptions } from "./access/access.ts";
import { failure, problem } from "./answers.ts";
import { ending } from "./ending.ts";
import { ask, type Endpoint, effectOf } from "./endpoint.ts";
import { away } from "./paths/health.ts";
import { pageFiles } from "./paths/page.ts";
import { Room } from "./room.ts";
import { endpoints } from "./routes.ts";
import { openSession, type Session } from "./socket/socket.ts";
import { traffic } from "./traffic.ts";

export interface ServerOptions extends AccessOptions {
  /** 0 takes a free one. */
  port: number;
  brokers: string;
  /** Told what those who ask cannot have. */
  onTrouble: (message: string) => void;
}

interface SocketData {
  /** Whether the page may have groups moved. */
  mayChange: boolean;
  session?: Session;
  /** Told that the page has gone. */
  leave?: () => void;
}

type Handler = (request: BunRequest, server: Server<SocketData>) => Response | undefined | Promise<Response | undefined>;

/** Of what the page says, the longest is the name of a stream. */
const mostMessageBytes = 512 << 10;
/** A reason has 123 bytes (RFC 6455, 5.5). */
const mostReason = 120;

const methods = "GET, HEAD, OPTIONS";

/** What is left of a body that has ended is sent, and idle connections are closed. */
const mostEndingMs = 500;
/** A going away that is meant (RFC 6455, 7.4.1). */
const goingAway = 1001;

export interface KtServer {
  port: number;
  /**
   * Sends away who comes, ends what goes on, and closes the port.
   * @param noticeMs so long what goes on goes on, while /readyz says already that the server ends: a load balancer sends nobody here by then
   */
  end(noticeMs: number): Promise<void>;
}

/** @throws KtError port_taken */
export function startServer(hub: Hub, options: ServerOptions): KtServer {
  const server = listen(hub, options);
  return {
    port: server.port ?? options.port,
    async end(noticeMs) {
      ending.begin();
      await Bun.sleep(noticeMs);
      ending.endAll();
      // Who does not read what is left for him is not waited for.
      await Promise.race([server.stop(), Bun.sleep(mostEndingMs)]);
      await server.stop(true);
    },
  };
}

/** @throws KtError port_taken */
function listen(hub: Hub, options: ServerOptions): Server<SocketData> {
  const { host, port, brokers } = options;
  const access = new Access(options);
  const room = new Room(options.onTrouble);
  const guarded =
    (handle: Handler, { open = false, effect }: Pick<Endpoint, "open" | "effect">): Handler =>
    async (request, server) => {
      if (ending.begun && !open) return problem(503, "This kt is ending.", { Connection: "close" });
      const entered = await access.enter(request);
      if (entered) return entered;
      const isOptions = request.method === "OPTIONS";
      // Browsers send no token along with the question whether they may send one.
      const asked = { open: open || isOptions, effect: isOptions ? "light" : effectOf({ effect }, request) } as const;
      const refused =
        access.refuse(request, asked) ?? (asked.effect === "light" ? undefined : await room.refuse(server.pendingRequests + server.pendingWebSockets));
      if (!refused && isOptions) return access.options(request, methods);
      const response = refused ?? (isRead(request) ? await handle(request, server) : notAllowed(request));
      for (const [name, value] of Object.entries(access.headers(request))) response?.headers.set(name, value);
      return response;
    };

  // What no broker has told of yet is not known, which is something else than not there.
  const unknown = (path: string) => path.startsWith("/topics") && hub.catalogue.broker.waiting;
  const answering = (path: string, endpoint: Endpoint) =>
    guarded((request) => (unknown(path) ? away(hub.catalogue.broker) : answer(endpoint, request, hub)), endpoint);
  // With a group the page moves that as soon as it is open, and without one it is a click away from all that kt shows.
  const page = { effect: (query: URLSearchParams) => (query.has("group") ? "change" : "work") } as const;
  const files = Object.entries(pageFiles(access.pageHeaders)).map(([path, file]) => {
    if (typeof file !== "function") return [path, file];
    return [path, path === "/" ? guarded((request) => access.welcome(request) ?? file(request), page) : guarded(file, { effect: "light" })];
  });
  try {
    return Bun.serve<SocketData>({
      hostname: host,
      port,
      reusePort: false,
      idleTimeout: 0, // a stream may be silent for as long as its camera is
      development: false,
      routes: {
        ...Object.fromEntries(files),
        ...Object.fromEntries(Object.entries(endpoints).map(([path, endpoint]) => [path, answering(path, endpoint)])),
        "/ws": guarded(
          (request, server) =>
            server.upgrade(request, { data: { mayChange: access.mayChange(request) } }) ? undefined : problem(426, "This path is a WebSocket."),
          { effect: "work" },
        ),
        "/*": guarded(() => problem(404, "There is nothing at this path; / is the page, and /openapi.json lists the others."), { effect: "light" }),
      },
      error: failure,
      websocket: {
        perMessageDeflate: false, // JPEG does not shrink
        maxPayloadLength: mostMessageBytes,
        open(socket) {
          const leave = traffic.enter("page");
          const forget = ending.with(() => socket.close(goingAway, "kt is ending"));
          socket.data.leave = () => {
            forget();
            leave();
          };
          socket.data.session = openSession(socket, hub, brokers, socket.data.mayChange);
        },
        drain(socket) {
          socket.data.session?.drained();
        },
        message(socket, message) {
          try {
            if (typeof message !== "string") throw new Error("bytes");
            socket.data.session?.receive(message);
          } catch (error) {
            const why = `Not a message of kt's page: ${error instanceof Error ? error.message : error}`;
            socket.close(1007, why.replaceAll(/[^ -~]/g, "?").slice(0, mostReason));
          }
        },
        close(socket) {
          socket.data.leave?.();
          socket.data.session?.close();
        },
      },
    });
  } catch (error) {
    const taken = (error as { code?: string }).code === "EADDRINUSE";
    throw new KtError({
      code: "port_taken",
      message: taken ? `Port ${port} on ${host} is taken.` : `kt cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}.`,
      hint: taken ? "Choose another with --port, or --port 0 for a free one." : "Choose another with --host and --port.",
      cause: error,
    });
  }
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

function notAllowed({ method }: Request): Response {
  return problem(405, `${method} is not for this path: it takes ${methods}.`, { Allow: methods });
}

async function answer(endpoint: Endpoint, request: BunRequest, hub: Hub): Promise<Response> {
  try {
    return await endpoint.answer(ask(endpoint, request, request.params), hub);
  } catch (thrown) {
    return failure(thrown);
  }
}
