/** The forms that answers have. */
import { KtError } from "../errors.ts";

const statusByCode: Partial<Record<KtError["code"], number>> = {
  unknown_topic: 404,
  unknown_stream: 404,
  usage: 400,
  invalid_topic: 400,
  too_large: 413,
  no_broker: 503,
  no_ffmpeg: 503,
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
  return problem(statusByCode[error.code] ?? 500, error.sentence);
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

/** A name that every file system takes, for Content-Disposition. */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w.@+=-]+/g, "-").replaceAll(/^[-.]+/g, "");
  return `attachment; filename="${plain}"`;
}
