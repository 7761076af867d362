/** What a browser is told that it must not do with an answer, whatever is in it. */

/** The page: its own files, its socket, the pictures that it makes, and a frame that it takes clips by. */
const ofPage = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
];
/** The field for the token, which has its style in it. */
const ofTokenPage = ["default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'"];
/** Pictures and clips are shown by a small page of the browser's own, which has a style. Whatever else is in them, no script of it runs. */
const ofOthers = ["default-src 'self'", "script-src 'none'", "object-src 'none'", "style-src 'unsafe-inline'", "media-src 'self' blob:", "form-action 'none'"];

const policies = { page: ofPage, token: ofTokenPage, other: ofOthers };

/** @param frames whose pages may have it in a frame, as the policy names them */
export function policyOf(kind: keyof typeof policies, frames: readonly string[]): string {
  return [...policies[kind], "base-uri 'none'", framedBy(frames)].join("; ");
}

const framedBy = (frames: readonly string[]) => `frame-ancestors ${frames.join(" ")}`;

/** For every answer; what it says itself is kept. */
export function guard(answer: Response, frames: readonly string[]): Response {
  const { headers } = answer;
  const own = headers.get("Content-Security-Policy");
  if (own === null) headers.set("Content-Security-Policy", policyOf("other", frames));
  else if (!own.includes("frame-ancestors")) headers.set("Content-Security-Policy", `${own}; ${framedBy(frames)}`);
  // Other sites are not told what is looked at, and kt tells by it whose page asks; with no-referrer a form would come from the origin "null".
  headers.set("Referrer-Policy", "same-origin");
  headers.set("X-Content-Type-Options", "nosniff");
  return answer;
}
