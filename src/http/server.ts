/** The HTTP surface: who may ask, the methods, the paths, the page and its socket. */
import type { BunRequest, Server, ServerWebSocket } from "bun";
import { KtError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { cameraHeadBytes } from "../protocol/camera-message.ts";
import { Access, type AccessOptions } from "./access/access.ts";
import type { TokenTexts } from "./access/tokens.ts";
import { failure, problem } from "./answers.ts";
import { withoutBody } from "./body.ts";
import { mostFrameBytes } from "./camera/camera-session.ts";
import { askedCamera, noSocket, openCamera } from "./camera/camera-socket.ts";
import { type Certificate, tryCertificate } from "./certificate.ts";
import { ending } from "./ending.ts";
import { ask, type Effect, type Endpoint, effectOf } from "./endpoint.ts";
import { away } from "./paths/health.ts";
import { pageFiles } from "./paths/page.ts";
import { Room } from "./room.ts";
import { endpoints, takers } from "./routes.ts";
import { openSession, type PageLimits, type Session } from "./socket/socket.ts";
import { mayStay } from "./take/body.ts";
import { type Taker, take } from "./take/taker.ts";
import { type TakeOptions, Taking } from "./take/taking.ts";

export interface ServerOptions extends AccessOptions {
  /** 0 takes a free one. */
  port: number;
  brokers: string;
  /** What makes it https; undefined is http. */
  tls: Certificate | undefined;
  /** What is taken for Kafka; undefined is nothing. */
  take: TakeOptions | undefined;
  /** Told of who writes. */
  note: (line: string) => void;
  limits: PageLimits & {
    /** Requests, streams and pages at the same time. */
    connections: number;
  };
}

export interface Serving {
  readonly port: number;
  /** Pages whose token is none any more are sent away; what else is on its way to somebody goes on to its end. */
  replaceTokens(tokens: TokenTexts): void;
  /** For connections that come; those that are there keep what they have. @throws KtError usage, and nothing is changed */
  replaceCertificate(tls: Certificate): void;
  /**
   * Sends away who comes, ends what goes on, and closes the port.
   * @param noticeMs so long what goes on goes on, while /readyz says already that the server ends: a load balancer sends nobody here by then
   */
  end(noticeMs: number): Promise<void>;
}

interface SocketData {
  /** Whether its token is still one. */
  stays: () => boolean;
  begin(socket: ServerWebSocket<SocketData>): Session;
  session?: Session;
  /** Told that it has gone. */
  leave?: () => void;
}

interface Asking {
  open: boolean | undefined;
  effect: Effect;
  writes?: boolean;
}

/** What is asked of who comes to a path, and what it takes besides GET. */
interface Guarded extends Pick<Endpoint, "open" | "effect"> {
  writes?: boolean;
  takers?: Partial<Record<string, Taker>>;
}

type Handler = (request: BunRequest, server: Server<SocketData>) => Response | undefined | Promise<Response | undefined>;

/** Of what the page says, the longest is the name of a stream. */
const mostMessageBytes = 512 << 10;
/** A reason has 123 bytes (RFC 6455, 5.5). */
const mostReason = 120;

/** Longer than the answer to a wrong token is held back. */
const idleSeconds = 60;

const methodsOf = ({ takers = {} }: Guarded) => ["GET", "HEAD", "OPTIONS", ...Object.keys(takers)].join(", ");

/** What is left of a body that has ended is sent, and idle connections are closed. */
const mostEndingMs = 500;
/** A going away that is meant (RFC 6455, 7.4.1). */
const goingAway = 1001;

/** @throws KtError port_taken; usage where the certificate will not do */
export function startServer(hub: Hub, options: Omit<ServerOptions, "secure">): Serving {
  const { brokers, limits } = options;
  const access = new Access({ ...options, secure: options.tls !== undefined });
  const room = new Room(limits.connections, options.warn);
  const taking = options.take && new Taking(hub, options.take, options.note);
  const sockets = new Set<ServerWebSocket<SocketData>>();
  /** The one that listens is the last; those before it had another certificate, and have connections that are open still. */
  const servers: Server<SocketData>[] = [];
  const served = () => servers.reduce((sum, { pendingRequests, pendingWebSockets }) => sum + pendingRequests + pendingWebSockets, 0);
  /** Requests of which it is not decided yet whether they may ask: they take nobody's place. */
  let undecided = 0;
  const refusal = async (request: BunRequest, { open = false, effect, writes }: Asking, address: string): Promise<Response | undefined> => {
    undecided++;
    try {
      // A form that is sent to where something is taken is none of the token's.
      const entered = effect === "write" ? undefined : await access.enter(request, address);
      // Browsers send no token along with the question whether they may send one.
      const asksWhether = request.method === "OPTIONS";
      return entered ?? (await access.refuse(request, { open: open || asksWhether, effect: asksWhether ? "light" : effect, writes, address }));
    } finally {
      undecided--;
    }
  };
  const answered = async (handle: Handler, endpoint: Guarded, request: BunRequest, server: Server<SocketData>) => {
    if (ending.begun && !endpoint.open) return problem(503, "This kt is ending.", { Connection: "close" });
    const taker = endpoint.takers?.[request.method];
    const asking: Asking = taker ? { open: false, effect: "write" } : { open: endpoint.open, effect: effectOf(endpoint, request), writes: endpoint.writes };
    const address = server.requestIP(request)?.address ?? "";
    const refused = await refusal(request, asking, address);
    if (!refused && request.method === "OPTIONS") return access.options(request, methodsOf(endpoint));
    const turnedAway = refused || asking.open ? undefined : await room.refuse(served() - undecided, asking.effect === "light");
    if (turnedAway) return turnedAway;
    // A stream may be silent for as long as its camera is; nobody else's connection is held open.
    if (!refused && asking.effect !== "light") server.timeout(request, 0);
    const handled = refused ?? (await respond(handle, endpoint, request, server, address));
    const response = handled && request.method === "HEAD" ? await withoutBody(handled) : handled;
    for (const [name, value] of Object.entries(access.headers(request))) response?.headers.set(name, value);
    return response;
  };
  const respond = (handle: Handler, endpoint: Guarded, request: BunRequest, server: Server<SocketData>, address: string) => {
    const taker = endpoint.takers?.[request.method];
    if (taker && taking) return unknown("/topics") ? away(hub.catalogue.broker) : take(taker, request, request.params, address, taking);
    return isRead(request) ? handle(request, server) : notAllowed(request, methodsOf(endpoint));
  };
  const guarded =
    (handle: Handler, endpoint: Guarded): Handler =>
    async (request, server) => {
      const response = await answered(handle, endpoint, request, server).catch(failure);
      // What is still to come of a body that was not taken could come for ever.
      if (response && hasBody(request) && !mayStay(request)) response.headers.set("Connection", "close");
      return response && access.guard(response);
    };

  // What no broker has told of yet is not known, which is something else than not there.
  const unknown = (path: string) => path.startsWith("/topics") && hub.catalogue.broker.waiting;
  const answering = (path: string, endpoint: Endpoint) =>
    guarded((request) => (unknown(path) ? away(hub.catalogue.broker) : answer(endpoint, request, hub)), {
      ...endpoint,
      takers: taking ? takers[path] : undefined,
    });
  const camera = async (request: BunRequest, server: Server<SocketData>, taking: Taking) => {
    const asked = await askedCamera(request, server.requestIP(request)?.address ?? "", taking);
    if (asked instanceof Response) return asked;
    const data: SocketData = { stays: access.mayWriteOn(request), begin: (socket) => openCamera(socket, asked, taking) };
    return server.upgrade(request, { data }) ? undefined : noSocket();
  };
  // With a group the page moves that as soon as it is open, and without one it is a click away from all that kt shows.
  const page = { effect: (query: URLSearchParams) => (query.has("group") ? "change" : "work") } as const;
  const files = Object.entries(pageFiles(access.pageHeaders)).map(([path, file]) => {
    if (typeof file !== "function") return [path, file];
    const welcomed: Handler = (request) => access.welcome(request) ?? file(request);
    if (path === "/camera") return [path, taking ? guarded(welcomed, { effect: "work", writes: true }) : guarded(nothing, { effect: "light" })];
    return [path, path === "/" ? guarded(welcomed, page) : guarded(file, { effect: "light" })];
  });
  const surface: Surface = {
    routes: {
      ...Object.fromEntries(files),
      ...Object.fromEntries(Object.entries(endpoints).map(([path, endpoint]) => [path, answering(path, endpoint)])),
      "/ws": guarded(
        (request, server) => {
          const mayChange = access.mayChange(request);
          const data: SocketData = { stays: access.stays(request), begin: (socket) => openSession(socket, hub, brokers, mayChange, limits) };
          return server.upgrade(request, { data }) ? undefined : problem(426, "This path is a WebSocket.");
        },
        { effect: "work" },
      ),
      ...(taking ? { "/topics/:topic/camera": guarded((request, server) => camera(request, server, taking), { effect: "write" }) } : {}),
      "/*": guarded(nothing, { effect: "light" }),
    },
    error: (thrown) => access.guard(failure(thrown)),
    websocket: {
      perMessageDeflate: false, // JPEG does not shrink
      maxPayloadLength: taking ? mostFrameBytes + cameraHeadBytes : mostMessageBytes,
      open(socket) {
        sockets.add(socket);
        socket.data.leave = ending.with(() => socket.close(goingAway, "kt is ending"));
        socket.data.session = socket.data.begin(socket);
      },
      drain(socket) {
        socket.data.session?.drained();
      },
      message(socket, message) {
        try {
          if (typeof message === "string" && message.length > mostMessageBytes) throw new Error("longer than any");
          socket.data.session?.receive(message);
        } catch (error) {
          const why = `Not a message of kt's page: ${error instanceof Error ? error.message : error}`;
          socket.close(1007, why.replaceAll(/[^ -~]/g, "?").slice(0, mostReason));
        }
      },
      close(socket) {
        sockets.delete(socket);
        socket.data.leave?.();
        socket.data.session?.close();
      },
    },
  };
  if (options.tls) tryCertificate(options.tls);
  servers.push(listen(surface, options));
  return {
    get port() {
      return servers.at(-1)?.port ?? 0;
    },
    replaceTokens(tokens) {
      access.replaceTokens(tokens);
      for (const socket of sockets) if (!socket.data.stays()) socket.close(1008, "The token is another now");
    },
    replaceCertificate(tls) {
      tryCertificate(tls);
      // Bun's reload() leaves the certificate as it was (oven-sh/bun#43815). The next server takes the port in the same turn
      // of the event loop in which the last one gives it up, and that one goes on with the connections that it has.
      const last = servers.at(-1) as Server<SocketData>;
      const port = last.port as number;
      void last.stop(false).then(() => servers.splice(servers.indexOf(last), 1));
      servers.push(listen(surface, { ...options, port, tls }));
    },
    async end(noticeMs) {
      ending.begin();
      await Bun.sleep(noticeMs);
      ending.endAll();
      // Who does not read what is left for him is not waited for.
      await Promise.race([Promise.all(servers.map((server) => server.stop())), Bun.sleep(mostEndingMs)]);
      await Promise.all(servers.map((server) => server.stop(true)));
      await taking?.close();
    },
  };
}

interface Surface {
  routes: Record<string, Handler>;
  error(thrown: unknown): Response;
  websocket: Bun.WebSocketHandler<SocketData>;
}

/** @throws KtError port_taken */
function listen(surface: Surface, { host, port, tls }: Pick<ServerOptions, "host" | "port" | "tls">): Server<SocketData> {
  try {
    return Bun.serve<SocketData>({
      ...surface,
      hostname: host,
      port,
      tls,
      reusePort: false,
      idleTimeout: idleSeconds,
      // How much of a body is read is decided where it is read; what is beyond has an answer in words.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
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

function hasBody({ headers }: Request): boolean {
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

const nothing = () => problem(404, "There is nothing at this path; / is the page, and /openapi.json lists the others.");

function notAllowed({ method }: Request, methods: string): Response {
  return problem(405, `${method} is not for this path: it takes ${methods}.`, { Allow: methods });
}

async function answer(endpoint: Endpoint, request: BunRequest, hub: Hub): Promise<Response> {
  try {
    return await endpoint.answer(ask(endpoint, request, request.params), hub);
  } catch (thrown) {
    return failure(thrown);
  }
}
