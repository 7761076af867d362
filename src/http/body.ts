/** Bodies that are made while they are sent, no faster than the socket takes them. */

/**
 * @param pieces asked for the next piece when there is room; ended when whoever asked has gone
 * @param onClose called at the end, however it comes
 */
export function streamed(pieces: AsyncGenerator<Uint8Array>, onClose: () => void = () => {}): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
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
  );
}
