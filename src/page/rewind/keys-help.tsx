/** What the keys do. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import { helpOfKeys } from "./player-keys.ts";

export function KeysHelp({ onClose }: { onClose(): void }) {
  const help = useRef<HTMLElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  useReturnOfFocus(help);
  useLayoutEffect(() => close.current?.focus(), []);
  useKeys({ Escape: onClose });
  return (
    <section class="keys" aria-label="Keys" ref={help}>
      <dl>
        {helpOfKeys.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="tool" ref={close} onClick={onClose}>
        Close
      </button>
    </section>
  );
}
