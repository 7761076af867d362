/** What a client of the package says by itself. */
import { debugNote } from "../terminal/terminal.ts";
import type { KafkaConfig } from "./config.ts";

/** A line of the client's log, or an error that it told of by itself. */
interface ClientEvent {
  message: string;
  fac?: string;
  code?: number;
}

/** What of the package's client is listened to. */
export interface LoggingClient {
  /** The functions that connect() hands to the C++ object. */
  _cb_configs: { event: { event_cb?: (type: string, event: ClientEvent) => void } };
  on(event: "error", listener: (error: Error) => void): void;
}

/** What a client said in its log since it was made: the reason behind a failure is only there. */
export class ClientLog {
  readonly lines: string[] = [];
  /** When the last of the named brokers was first found unreachable. */
  allDownSinceMs: number | undefined;
  readonly #debug: boolean;
  readonly #brokerCount: number;
  readonly #unreachable = new Set<string>();

  constructor(config: KafkaConfig) {
    this.#debug = config.debug;
    this.#brokerCount = config.brokers.split(",").length;
  }

  #log(event: ClientEvent): void {
    // Errors are only told when the client is polled, which a client that is not connected cannot be.
    const [, broker] =
      /^\[thrd:([^\]]+)\].* (?:failed: Connection refused|Failed to resolve|SSL handshake failed|certificate verify failed|SSL alert|SASL authentication error|mechanism handshake failed)/.exec(
        event.message,
      ) ?? [];
    if (broker) this.#unreachable.add(broker);
    if (this.#unreachable.size >= this.#brokerCount) this.allDownSinceMs ??= performance.now();
    this.#add(`${event.fac ?? "LOG"} ${event.message}`);
  }

  /** A broker answered: what was unreachable before no longer counts. */
  answered(): void {
    this.allDownSinceMs = undefined;
    this.#unreachable.clear();
  }

  /** For an admin client, which connects while it is made. */
  readonly handlers = {
    "event.log": (event: ClientEvent) => this.#log(event),
    "event.error": (event: ClientEvent) => this.#add(`ERROR ${event.message}`),
    // Of the package's JavaScript half: no token came. Nobody listening would end the process.
    error: (error: Error) => this.#noToken(error),
  };

  #noToken(error: Error): void {
    this.allDownSinceMs ??= performance.now();
    this.#add(`TOKEN ${error.message}`);
  }

  /**
   * Listens in place of the package's own listener. That one is bound to its client, and the C++ object
   * could not let go of it (in Bun two handles of one function do not compare equal): no client would
   * ever be collected.
   */
  listenTo(client: LoggingClient): void {
    client.on("error", (error) => this.#noToken(error));
    client._cb_configs.event = {
      event_cb: (type, event) => {
        if (type === "log") this.#log(event);
        if (type === "error") this.#add(`ERROR ${event.message}`);
      },
    };
  }

  #add(line: string): void {
    if (this.#debug) debugNote(line);
    if (line === this.lines.at(-1)) return;
    if (this.lines.length >= 50) this.lines.shift();
    this.lines.push(line);
  }
}
