/** Bodies that are made while they are sent, no faster than the socket takes them. */

/** Who takes nothing for so long has left something open, and does not come back for it. */
const mostIdleMs = 60_000;

/**
 * Waits for the first piece, so that what cannot be made at all is answered by a status of its own.
 * @returns all of them; undefined where there is none
 * @throws what the first one failed with
 */
export async function begun(pieces: AsyncGenerator<Uint8Array>): Promise<AsyncGenerator<Uint8Array> | undefined> {
  const first = await pieces.next();
  if (first.done) return undefined;
  const all = (async function* () {
    yield first.value;
    yield* pieces;
  })();
  return endedWith(all, pieces);
}

/** A generator that nobody has asked for anything ends without a look at its own finally: what it was to go through is ended all the same. */
function endedWith(outer: AsyncGenerator<Uint8Array>, inner: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const end = outer.return.bind(outer);
  outer.return = async (value) => {
    const ended = await end(value);
    await inner.return(undefined);
    return ended;
  };
  return outer;
}

/** Ends what nobody has asked for more of for a minute: it holds what others wait for. */
export function unlessLeft(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  return endedWith(untilLeft(pieces), pieces);
}

async function* untilLeft(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let idle: ReturnType<typeof setTimeout> | undefined;
  let left = false;
  const leave = () => {
    left = true;
    void pieces.return(undefined);
  };
  try {
    for await (const piece of pieces) {
      idle = setTimeout(leave, mostIdleMs);
      yield piece;
      clearTimeout(idle);
    }
    // Who comes back after all must not take what he has for the whole.
    if (left) throw new Error("nothing was taken for a minute");
  } finally {
    clearTimeout(idle);
    await pieces.return(undefined);
  }
}

/**
 * @param pieces asked for the next piece when there is room; ended when whoever asked has gone
 * @param onClose called at the end, however it comes
 */
export function streamed(pieces: AsyncGenerator<Uint8Array>, onClose: () => void = () => {}): ReadableStream<Uint8Array> {
  return madeWhileSent(
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { value, done } = await pieces.next().catch((error) => {
            // A body that fails is not cancelled.
            onClose();
            throw error;
          });
          if (!done) return controller.enqueue(value);
          onClose();
          controller.close();
        },
        cancel() {
          onClose();
          void pieces.return(undefined);
        },
      },
      { highWaterMark: 0 },
    ),
  );
}

const made = new WeakSet<ReadableStream>();

/** A body that is cancelled where nobody reads it. */
export function madeWhileSent(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  made.add(stream);
  return stream;
}

/** The answer to HEAD: of a body that is made while it is sent nobody asks for anything, and it would wait for that for ever. */
export async function withoutBody(answer: Response): Promise<Response> {
  if (!answer.body || !made.has(answer.body)) return answer;
  await answer.body.cancel();
  return new Response(null, { status: answer.status, headers: answer.headers });
}
