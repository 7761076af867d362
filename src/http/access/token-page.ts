/** What a browser gets that comes without the token: one field to enter it, which works without script. */
import { policyOf } from "./policy.ts";

const style = `
:root { color-scheme: dark light; --ground: #101214; --surface: #181b1e; --line: #8a929a; --text: #e9ebed; --soft: #a3abb3; --accent: #5cc8d6; --warn: #f0b254 }
@media (prefers-color-scheme: light) {
  :root { --ground: #f4f4f2; --surface: #fff; --line: #757b81; --text: #1b1e21; --soft: #5c646c; --accent: #0b7285; --warn: #8a5a00 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 16px; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { width: min(24rem, calc(100vw - 32px)) }
h1 { margin: 0 0 4px; font-size: 22px }
p { margin: 0 0 16px; color: var(--soft) }
label { display: block; margin-bottom: 4px; font-weight: 600 }
input, button { width: 100%; min-height: 44px; border-radius: 8px; font: inherit }
input { padding: 0 12px; border: 1px solid var(--line); background: var(--surface); color: var(--text) }
button { margin-top: 12px; border: 1px solid transparent; background: var(--accent); color: var(--ground); font-weight: 600; cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
code { font: inherit; white-space: nowrap }
#wrong { margin: 8px 0 0; color: var(--warn) }
`;

/**
 * The form goes to the address that was asked for, and there the browser is sent back to: an empty action keeps its
 * query, and what stands behind its #, which no server is told.
 * @param wrong why what was given does not do, in a sentence of HTML; undefined where nothing was
 * @param frames whose pages may have it in a frame
 */
export function tokenPage(wrong: string | undefined, frames: readonly string[], status: 401 | 429 = 401): Response {
  const described = wrong === undefined ? "" : ' aria-invalid="true" aria-describedby="wrong"';
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kt – token</title>
<style>${style}</style>
<main>
<h1>kt</h1>
<p>This kt asks for its token. Whoever started it has it.</p>
<form method="post" action="" accept-charset="utf-8">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${described}>
${wrong === undefined ? "" : `<p id="wrong" role="alert">${wrong}</p>`}
<button>Open</button>
</form>
</main>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      // Other pages may neither add to it nor take the form elsewhere.
      "Content-Security-Policy": policyOf("token", frames),
      // A browser opens its own dialog for Basic only.
      "WWW-Authenticate": 'Bearer realm="kt"',
    },
  });
}
