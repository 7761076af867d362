/** The forms that answers have. */

import { KtError } from "../errors.ts";
import { longestNameBytes, safeName } from "../video/output/file-names.ts";

const statusByCode: Partial<Record<KtError["code"], number>> = {
  unknown_topic: 404,
  unknown_stream: 404,
  unknown_group: 404,
  usage: 400,
  invalid_topic: 400,
  forbidden: 403,
  no_broker: 503,
  no_leader: 503,
  no_ffmpeg: 503,
  ffmpeg_died: 503,
  busy: 503,
  too_large: 413,
  bad_input: 422,
};

export function json(value: unknown): Response {
  return Response.json(value, { headers: { "Cache-Control": "no-store" } });
}

/** One sentence that says what is wrong, and what to do. */
export function problem(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers } });
}

export function failure(thrown: unknown): Response {
  const error = KtError.from(thrown);
  return problem(statusByCode[error.code] ?? (error.retryable ? 503 : 500), error.sentence);
}

/** How long a browser may keep what never changes: a record, but its topic may be made again. */
const keptForSeconds = 86_400;

/** Bytes that are the same whenever they are asked for; `tag` names them. */
export function unchanging(request: Request, tag: string, body: () => BodyInit | Promise<BodyInit>, headers: Record<string, string>): Promise<Response> {
  const etag = `"${tag}"`;
  const all = { ...headers, ETag: etag, "Cache-Control": `private, max-age=${keptForSeconds}, immutable` };
  const known = request.headers
    .get("if-none-match")
    ?.split(/,\s*/)
    .some((one) => one === etag || one === "*" || one === `W/${etag}`);
  if (known) return Promise.resolve(new Response(null, { status: 304, headers: all }));
  return Promise.resolve(body()).then((bytes) => new Response(bytes, { headers: all }));
}

const endLength = 50;

/** A name that every file system takes, for Content-Disposition. */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w.@+=-]+/g, "-").replaceAll(/^[-.]+/g, "");
  // Its end says what it is, and of when.
  const [begin, end] = [plain.slice(0, -endLength), plain.slice(-endLength)];
  const short = plain.length > longestNameBytes ? safeName(begin, longestNameBytes - endLength) + end : plain;
  return `attachment; filename="${short}"`;
}
