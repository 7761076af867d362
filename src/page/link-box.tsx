/** A link, where the browser gives no clipboard: to be copied by hand, and there until it is closed. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { useReturnOfFocus } from "./focus.ts";
import { useKeys } from "./keys.ts";

export function LinkBox({ url, onClose }: { url: string; onClose(): void }) {
  const box = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useReturnOfFocus(box);
  useLayoutEffect(() => field.current?.select(), [url]);
  useKeys({ Escape: onClose });
  return (
    <section class="link-box" aria-label="Link to this picture" ref={box}>
      <p>The browser does not let this page copy. The link to this picture:</p>
      <input readOnly value={url} aria-label="Link" ref={field} />
      <button type="button" class="tool" onClick={onClose}>
        Close
      </button>
    </section>
  );
}
