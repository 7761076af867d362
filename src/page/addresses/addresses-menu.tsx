/** A stream's addresses for other programs, each to be copied. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import { CopyIcon, DoneIcon } from "../parts/icons.tsx";
import { share } from "../parts/share.ts";
import { type AddressedStream, streamAddresses, tokenPlace } from "./stream-addresses.ts";

interface Props {
  stream: AddressedStream;
  onClose(): void;
}

export function AddressesMenu({ stream, onClose }: Props) {
  const box = useRef<HTMLElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const isAsked = useTokenAsked();
  const [given, setGiven] = useState("");
  const [copied, setCopied] = useState<string | null>(null);
  const [told, tell] = useState("");
  useReturnOfFocus(box);
  useLayoutEffect(() => close.current?.focus(), []);
  useKeys({ Escape: onClose });
  const base = location.href.replace(/[?#].*$/, "").replace(/[^/]*$/, "");
  const token = isAsked ? given || tokenPlace : null;
  const copy = async (title: string, text: string) => {
    const done = await share(text);
    setCopied(done ? title : null);
    tell(done ? `Copied: ${title}` : "The browser does not let this page copy: mark the address, and copy it by hand.");
  };
  return (
    <section class="addresses" aria-label="Addresses for other programs" ref={box}>
      <header>
        <h2>For other programs</h2>
        <button type="button" class="tool" ref={close} onClick={onClose}>
          Close
        </button>
      </header>
      <dl>
        {streamAddresses(stream, base, token).map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <code>{text}</code>
              <button type="button" class="tool icon" aria-label={`Copy for ${title}`} title="Copy" onClick={() => void copy(title, text)}>
                {copied === title ? <DoneIcon /> : <CopyIcon />}
              </button>
            </dd>
          </div>
        ))}
      </dl>
      {isAsked && (
        <label>
          <span>
            This server asks for a token: put it in place of {tokenPlace}, or give it here, for these lines only. Who gets an address with it gets in by it; a
            token that only reads (--read-token) moves no group.
          </span>
          <input
            type="password"
            autocomplete="off"
            aria-label="Token for these addresses"
            value={given}
            onInput={({ currentTarget }) => setGiven(currentTarget.value)}
          />
        </label>
      )}
      <p role="status">{told}</p>
    </section>
  );
}

/** Whether who comes without a token is let in. The page's own cookie, which no script can read, says nothing of other programs. */
function useTokenAsked(): boolean {
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    const gone = new AbortController();
    fetch("openapi.json", { credentials: "omit", signal: gone.signal }).then(
      ({ status }) => setAsked(status === 401),
      // The page says that the server does not answer.
      () => {},
    );
    return () => gone.abort();
  }, []);
  return isAsked;
}
