/** What a browser is told that it must not do with an answer, whatever is in it. */

/** The page: its own files, its socket, and the pictures that it makes. */
const ofPage = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'self'",
];
/** The field for the token, which has its style in it. */
const ofTokenPage = ["default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'"];
/** Pictures and clips are shown by a small page of the browser's own, which has a style; nothing else is a page. */
const ofOthers = ["default-src 'none'", "img-src 'self'", "media-src 'self'", "style-src 'unsafe-inline'", "form-action 'none'"];

const policies = { page: ofPage, token: ofTokenPage, other: ofOthers };

/** @param frames whose pages may have it in a frame, as the policy names them */
export function policyOf(kind: keyof typeof policies, frames: readonly string[]): string {
  return [...policies[kind], "base-uri 'none'", `frame-ancestors ${frames.join(" ")}`].join("; ");
}

/** For every answer that says nothing else. */
export function guard(answer: Response, frames: readonly string[]): Response {
  const headers = {
    "X-Content-Type-Options": "nosniff",
    // Other sites are not told what is looked at, and kt tells by it whose page asks; with no-referrer a form would come from the origin "null".
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": policyOf("other", frames),
  };
  for (const [name, value] of Object.entries(headers)) if (!answer.headers.has(name)) answer.headers.set(name, value);
  return answer;
}
