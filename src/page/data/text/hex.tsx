/** Bytes that are no text: where, in hexadecimal, and as ASCII. */
import { useState } from "preact/hooks";
import { bytesText } from "../../../words.ts";

const perLine = 16;
const shownFirst = 512;

/** @param size how many bytes there are; those at hand may be fewer */
export function Hex({ bytes, size }: { bytes: Uint8Array; size: number }) {
  const [most, setMost] = useState(shownFirst);
  const shown = bytes.subarray(0, most);
  return (
    <div class="hex">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre tabIndex={0}>
        {hexLines(shown).map(({ offset, hex, ascii }) => (
          <span key={offset}>
            <span class="dim">{offset}</span> {hex} <span class="ascii">{ascii}</span>
            {"\n"}
          </span>
        ))}
      </pre>
      {shown.length < bytes.length && (
        <button type="button" class="tool" onClick={() => setMost(bytes.length)}>
          Show {bytesText(bytes.length)}
        </button>
      )}
      {shown.length === bytes.length && size > bytes.length && <p class="dim">{bytesText(size - bytes.length)} more: download it to see them.</p>}
    </div>
  );
}

/** As hexdump -C prints them. Pure. */
export function hexLines(bytes: Uint8Array): { offset: string; hex: string; ascii: string }[] {
  return Array.from({ length: Math.ceil(bytes.length / perLine) }, (_, i) => {
    const line = [...bytes.subarray(i * perLine, (i + 1) * perLine)];
    const pairs = Array.from({ length: perLine }, (_, at) => line[at]?.toString(16).padStart(2, "0") ?? "  ");
    return {
      offset: (i * perLine).toString(16).padStart(8, "0"),
      hex: `${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}`,
      ascii: line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join(""),
    };
  });
}
