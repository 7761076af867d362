/** A record's key or value on one line, with nothing made up: what is not text is shown as bytes. */
import { isJson } from "../../format/lenient-json.ts";
import type { Encoding } from "../../protocol/server-message.ts";
import { bytesText } from "../../words.ts";
import { Ansi } from "./text/ansi.tsx";
import { JsonText } from "./text/json-text.tsx";

/** More does not fit on a line, and a megabyte of text would slow the list. */
const shownCharacters = 500;
const shownBytes = 24;
/** Of a larger value the server sends the beginning (http/socket/panel-record.ts). */
const cutBytes = 64 << 10;
/** In bytes of UTF-8 for one of JavaScript's characters. */
const longestCharacter = 3;

/** @param size the bytes of the whole value, of which `value` may be the beginning */
export function Value({ value, encoding, size, json }: { value: string | null; encoding: Encoding; size: number; json: boolean }) {
  if (value === null)
    return (
      <span class="tag tombstone" title="A tombstone: this record has no value">
        tombstone
      </span>
    );
  if (value === "")
    return (
      <span class="tag" title="A value of zero bytes">
        empty
      </span>
    );
  if (encoding === "base64") return <Bytes base64={value} size={size} />;
  const beginning = value.slice(0, shownCharacters);
  return (
    <>
      {json && isShownAsJson(value, size) ? <JsonText text={beginning} /> : <Ansi text={beginning} draw={oneLine} />}
      {value.length > shownCharacters && <span class="dim">…</span>}
    </>
  );
}

export function Key({ value, encoding }: { value: string | null; encoding: Encoding }) {
  if (value === null)
    return (
      <span class="dim" title="No key">
        –
      </span>
    );
  if (value === "")
    return (
      <span class="dim" title="A key of zero bytes">
        ""
      </span>
    );
  return <>{encoding === "base64" ? hex(decoded(value).subarray(0, 8)) : <Ansi text={value.slice(0, shownCharacters)} draw={oneLine} />}</>;
}

function Bytes({ base64, size }: { base64: string; size: number }) {
  const bytes = decoded(base64.slice(0, Math.ceil(shownBytes / 3) * 4));
  return (
    <>
      <span class="tag">{bytesText(size)}</span> {hex(bytes)}
      {size > bytes.length && <span class="dim"> …</span>}
    </>
  );
}

export function decoded(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Line ends and other controls as their pictures (Unicode 2400 to 241F), so that a record stays one row; all else as it is. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\r?\n/g, " ↵ ")
    .replaceAll(/(?!\t)\p{Cc}/gu, (control) => (control < " " ? String.fromCharCode(0x2400 + control.charCodeAt(0)) : control));
}

/** A topic of JSON may have lines of text among it, which are not to be taken apart. What was cut short cannot be read: its beginning decides. */
export function isShownAsJson(value: string, size: number): boolean {
  const isCut = size > value.length * longestCharacter || size > cutBytes;
  return isCut ? /^[\s\ufeff]*[{[]/.test(value) : isJson(value);
}
