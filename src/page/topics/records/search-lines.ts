/** What the server's search says, line by line, as it comes. */
import type { SearchLine } from "../../../protocol/search-line.ts";
import { reloadWhereRefused } from "../../token-lost.ts";

/** @param take gets what came together @throws Error whose message is the server's sentence; the signal's reason */
export async function readSearch(url: string, take: (lines: SearchLine[]) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal }).catch((error) => {
    signal.throwIfAborted();
    throw new Error("The kt server does not answer", { cause: error });
  });
  if (!response.ok || !response.body) {
    if (response.status === 401) void reloadWhereRefused();
    throw new Error((await response.text()).trim());
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) take(lines.map((line) => JSON.parse(line) as SearchLine));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Error("The kt server ended in the middle", { cause: error });
  }
}
