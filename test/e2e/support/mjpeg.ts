/** A multipart stream, taken apart as a program does that reads by Content-Length. */

export interface Part {
  contentType: string;
  timestampMs: number;
  /** What stands for a stream that brings nothing: "lost" or "ended"; "" where it is a picture of its own. */
  signal: string;
  body: Buffer;
}

/**
 * The first parts of a stream; then the connection is closed.
 * @param arrived told of each as soon as it is whole
 */
export async function parts(url: string, count: number, timeoutMs = 20_000, arrived?: (part: Part) => void): Promise<Part[]> {
  const found: Part[] = [];
  let rest = Buffer.alloc(0);
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    rest = Buffer.concat([rest, chunk]);
    for (let part = nextPart(rest); part; part = nextPart(rest)) {
      rest = rest.subarray(part.end);
      found.push(part.part);
      arrived?.(part.part);
      if (found.length === count) return found;
    }
  }
  return found;
}

function nextPart(bytes: Buffer): { part: Part; end: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(head)?.[1] ?? "";
  const begin = headEnd + 4;
  const end = begin + Number(field("Content-Length"));
  if (bytes.length < end + 2) return undefined;
  return {
    part: { contentType: field("Content-Type"), timestampMs: Number(field("X-Timestamp")), signal: field("X-Signal").trim(), body: bytes.subarray(begin, end) },
    end: end + 2,
  };
}
