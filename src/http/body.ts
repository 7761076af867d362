/** Bodies that are made while they are sent, no faster than the socket takes them. */

/** @param pieces asked for the next piece when there is room; ended when whoever asked has gone */
export function streamed(pieces: AsyncGenerator<Uint8Array>, onClose: () => void = () => {}): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
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
  );
}
