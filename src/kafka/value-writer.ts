/** Values of a batch out of the process without a copy: native/value_writer.cc is the other side. */
import { getSystemErrorName } from "node:util";
import type { RecordBatch } from "./batch.ts";
import { extension } from "./native.ts";

const wordsEach = 2;
let places = new Uint32Array(wordsEach * 256);

/**
 * Writes each value of a batch that refers to its large ones, and the delimiter behind it; waits until all is taken.
 * Null is written as nothing.
 * @throws an error with the system's code, such as EPIPE
 */
export async function writeValues(descriptor: number, batch: RecordBatch, delimiter: number): Promise<void> {
  if (places.length < batch.length * wordsEach) places = new Uint32Array(batch.length * wordsEach);
  for (let index = 0; index < batch.length; index++) {
    places[index * wordsEach] = batch.valueAt(index);
    places[index * wordsEach + 1] = Math.max(0, batch.valueLength(index));
  }
  const bytes = Buffer.from(places.buffer, 0, batch.length * wordsEach * Uint32Array.BYTES_PER_ELEMENT);
  await new Promise<void>((resolve, reject) => {
    extension.ktWriteValues(descriptor, batch.memory, bytes, batch.length, delimiter, (errno, why) => {
      if (errno === 0) return resolve();
      const code = getSystemErrorName(-errno);
      reject(Object.assign(new Error(`${code}: ${why}`), { code }));
    });
  });
}
