/** A value as the text in which fields are looked for. */
import { isUtf8 } from "node:buffer";
import { soonBytes } from "../../format/lenient-json.ts";

/** Of bytes that are no text it takes long to make one. */
const certainBytes = 64 << 10;

/** undefined where it is so large that others would wait for it, or a large one that is no text. */
export function textOf(value: Buffer): string | undefined {
  if (value.length > soonBytes || (value.length > certainBytes && !isUtf8(value))) return undefined;
  return value.toString();
}
