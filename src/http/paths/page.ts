/** The page's files, at the paths by which they name each other. */
import { basename } from "node:path";
import camera from "../../page/camera/camera.html";
import page from "../../page/index.html";

type Answer = (request: Request) => Response;

/**
 * The binary has the page built, each file with a hash in its name. Run from the sources, Bun builds it when it
 * is asked for, and answers itself.
 * @param pageHeaders of the page itself
 */
export function pageFiles(pageHeaders: Record<string, string>): Record<string, Answer> | Record<string, typeof page> {
  if (!page.files || !camera.files) return { "/": page, "/camera": camera };
  const files = [...page.files.map((file) => ({ ...file, at: "/" })), ...camera.files.map((file) => ({ ...file, at: "/camera" }))];
  return Object.fromEntries(
    files.map(({ path, loader, headers, at }) => {
      const isPage = loader === "html";
      const kept = isPage ? "no-cache" : "public, max-age=31536000, immutable";
      const etag = `"${headers.etag}"`;
      const answer: Answer = (request) => {
        const all = {
          "Content-Type": headers["content-type"],
          ETag: etag,
          "Cache-Control": kept,
          ...(isPage && pageHeaders),
        };
        if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: all });
        return new Response(Bun.file(path), { headers: all });
      };
      return [isPage ? at : `/${basename(path)}`, answer];
    }),
  );
}
