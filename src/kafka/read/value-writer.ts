/** Values of a batch out of the process: native/value_writer.cc is the other side. */
import { getSystemErrorMap } from "node:util";
import { extension } from "../addon/native.ts";
import type { RecordBatch } from "../batch.ts";

/**
 * Writes each value of a batch, and the delimiter behind it; waits until all is taken.
 * Null is written as nothing.
 * @param here whether this thread writes: what may be slow to take the values is written by another
 * @throws an error with the system's code, such as EPIPE
 */
export async function writeValues(descriptor: number, batch: RecordBatch, delimiter: number, here: boolean): Promise<void> {
  const { memory, refers, starts } = batch;
  const places = Buffer.from(starts.buffer, starts.byteOffset, starts.byteLength);
  const write = (done?: (errno: number) => void) => extension.ktWriteValues(descriptor, memory, refers, places, delimiter, done);
  const errno = here ? write() : await new Promise<number>((resolve) => write(resolve));
  if (errno === 0) return;
  const [code, why] = getSystemErrorMap().get(-errno) ?? ["EIO", `error ${errno}`];
  throw Object.assign(new Error(`${code}: ${why}`), { code });
}
