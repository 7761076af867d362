/** How large a value may be to be sent as JSON. */
import type { KtError } from "../../errors.ts";
import { megabytes, tooLargeToRead } from "../../kafka/read/unreadable.ts";
import type { KafkaRecord } from "../../record.ts";

/** As JSON a value takes up to six times its bytes, and twice that while it is sent. */
export const mostJsonBytes = 16_000_000;

/** undefined where it is not too large. */
export function tooLargeForJson({ topic, partition, offset, value }: KafkaRecord): KtError | undefined {
  const bytes = value?.length ?? 0;
  if (bytes <= mostJsonBytes) return undefined;
  const what = `The value at offset ${offset} of partition ${partition} of '${topic}' has ${megabytes(bytes)}`;
  return tooLargeToRead(`${what} (/topics/${topic}/records/${partition}/${offset} is its bytes)`, mostJsonBytes, { topic, partition, offset });
}
