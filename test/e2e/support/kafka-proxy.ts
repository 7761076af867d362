/** Between a client and a broker: lets requests through, keeps some back, and changes what is answered. For messages that a socket takes at once. */
import type { Socket } from "bun";

const produceKey = 0;

interface Connection {
  client: Socket<Connection>;
  broker: Socket<Connection> | undefined;
  fromClient: Buffer;
  fromBroker: Buffer;
  /** The correlation ids of its produce requests. */
  produced: Set<number>;
}

/** A request or a response, with its length before it. */
type Message = Buffer;

const correlationOf = (request: Message) => request.readInt32BE(8);

/** What becomes of a producer's requests; all others pass. */
export interface Meddler {
  /** @returns what the broker gets now: none of it, or this and what was kept back */
  produce(request: Message): Message[];
  /** @returns what the client gets now */
  answer(response: Message): Message[];
}

/** @param from port to listen on @param to port of the broker, which has to advertise `from` */
export function kafkaProxy(from: number, to: number, meddler: Meddler): Disposable {
  const listener = Bun.listen<Connection>({
    hostname: "127.0.0.1",
    port: from,
    socket: {
      async open(client) {
        client.pause();
        client.data = { client, broker: undefined, fromClient: Buffer.alloc(0), fromBroker: Buffer.alloc(0), produced: new Set() };
        client.data.broker = await Bun.connect<Connection>({
          hostname: "127.0.0.1",
          port: to,
          data: client.data,
          socket: {
            data({ data: it }, bytes) {
              const whole = taken(Buffer.concat([it.fromBroker, bytes]));
              it.fromBroker = whole.rest;
              for (const message of whole.messages)
                for (const passed of it.produced.has(message.readInt32BE(4)) ? meddler.answer(message) : [message]) it.client.write(passed);
            },
            close: () => void client.end(),
          },
        });
        client.resume();
      },
      data({ data: it }, bytes) {
        const whole = taken(Buffer.concat([it.fromClient, bytes]));
        it.fromClient = whole.rest;
        for (const message of whole.messages) {
          if (message.readInt16BE(4) !== produceKey) it.broker?.write(message);
          else {
            it.produced.add(correlationOf(message));
            for (const passed of meddler.produce(message)) it.broker?.write(passed);
          }
        }
      },
      close: ({ data }) => void data.broker?.end(),
    },
  });
  return { [Symbol.dispose]: () => listener.stop(true) };
}

function taken(bytes: Buffer): { messages: Message[]; rest: Buffer } {
  const messages: Message[] = [];
  let at = 0;
  while (bytes.length - at >= 4 && bytes.length - at - 4 >= bytes.readInt32BE(at)) {
    const end = at + 4 + bytes.readInt32BE(at);
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return { messages, rest: Buffer.from(bytes.subarray(at)) };
}
